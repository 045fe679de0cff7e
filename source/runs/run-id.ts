import { randomBytes } from 'node:crypto';

/**
 * A run's id: UTC start time and four random hex digits, e.g. `20260412-030000-4f2a`. Sorts by time.
 */
export function newRunId(now: Date): string {
	const digits = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
	return `${digits}-${randomBytes(2).toString('hex')}`;
}

const pattern = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/** True for a well-formed id: ids become path parts, so nothing else may reach the file system. */
export function isRunId(text: string): boolean {
	return pattern.test(text);
}
