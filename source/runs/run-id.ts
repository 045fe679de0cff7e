import { randomBytes } from 'node:crypto';

/** The last id's time in this process, in µs: ids made within one millisecond still follow each other. */
let lastMicroseconds = 0;

/** How far ids may run ahead of the clock, in µs: past this the clock was set back, and the ids follow it. */
const mostAhead = 1_000_000;

/**
 * A run's id: UTC start time in microseconds and four random hex digits, e.g. `20260412-030000-123004-4f2a`. Sorts by
 * time, also within one second; each id of a process comes after the one before it.
 */
export function newRunId(now: Date): string {
	const clock = now.getTime() * 1000;
	const ahead = lastMicroseconds - clock;
	lastMicroseconds = ahead >= 0 && ahead < mostAhead ? lastMicroseconds + 1 : clock;
	const second = new Date(Math.floor(lastMicroseconds / 1000)).toISOString();
	const digits = second.replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
	const fraction = String(lastMicroseconds % 1_000_000).padStart(6, '0');
	return `${digits}-${fraction}-${randomBytes(2).toString('hex')}`;
}

/** Ids of earlier versions have no microseconds. */
const pattern = /^\d{8}-\d{6}-(?:\d{6}-)?[0-9a-f]{4}$/;

/** True for a well-formed id: ids become path parts, so nothing else may reach the file system. */
export function isRunId(text: string): boolean {
	return pattern.test(text);
}
