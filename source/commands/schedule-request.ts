import { BackupTuiError } from '../errors.ts';
import type { ScheduleRequest } from '../services/schedule.ts';
import type { CommandContext } from './context.ts';

/** What the flags of `schedule install` and `schedule print` ask for. Throws `usage` for flags that exclude each other. */
export function scheduleRequest({ flags }: CommandContext, hasRemotes: boolean): ScheduleRequest {
	const cron = flags.boolean('cron');
	const calendar = flags.string('calendar');
	const time = flags.string('time');
	if (calendar !== undefined && (cron || time !== undefined))
		throw new BackupTuiError('usage', `--calendar and ${cron ? '--cron' : '--time'} exclude each other`, {
			hint: cron ? 'cron gets --time; for more edit its line' : 'give one of them',
		});
	return {
		cron,
		time: time ?? '03:00',
		...(calendar === undefined ? {} : { calendar }),
		delayMinutes: flags.integer('delay') ?? 15,
		sync: hasRemotes && !flags.boolean('no-sync'),
	};
}
