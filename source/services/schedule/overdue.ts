import type { ScheduleStatus } from './status.ts';

const dayMs = 86_400_000;

/** How old the last backup may get: one and a half times the interval, as a night may be late; a day and a half without one. */
export function overdueAfterMs(status: ScheduleStatus | undefined): number {
	return (status?.everyMs ?? dayMs) * 1.5;
}
