import { expect, test } from 'vitest';
import { lastBackupOf } from '../../source/runs/last-backup.ts';
import type { RunInfo, RunSummary } from '../../source/runs/run-files.ts';

function run(
	id: string,
	command: string,
	started: string,
	ended?: string,
	summary: Partial<RunSummary> = {},
): RunInfo {
	const day = (time: string) => `2026-01-31T${time}:00.000Z`;
	return {
		id,
		command,
		startedAt: day(started),
		status: ended === undefined ? 'running' : 'ended',
		...(ended === undefined
			? {}
			: { summary: { exitCode: 0, ok: 0, failed: 0, endedAt: day(ended), ...summary } }),
	} as unknown as RunInfo;
}

test('F2: the last backup is the one that ended last, never one that was refused', () => {
	const good = run('good', 'backup', '03:00', '03:40');
	const refused = run('refused', 'backup', '03:10', '03:10', { exitCode: 75, code: 'lock-held' });
	expect(lastBackupOf([refused, good])?.id).toBe('good');
	expect(lastBackupOf([refused])).toBeUndefined();
});

test('F2: a repository that somebody else has locked refuses nothing: that backup failed', () => {
	const good = run('good', 'backup', '03:00', '03:40');
	const locked = run('locked', 'backup', '04:00', '04:01', { exitCode: 75, code: 'repository-locked' });
	expect(lastBackupOf([locked, good])?.id).toBe('locked');
});

test('no other command, no backup that goes on, and no mistyped name is the last backup', () => {
	const good = run('good', 'backup', '03:00', '03:40');
	const others = [
		run('now', 'backup', '09:00'),
		run('check', 'check', '08:00', '08:01', { exitCode: 8, code: 'check-failed' }),
		run('typo', 'backup', '07:00', '07:00', { exitCode: 64, code: 'stack-unknown' }),
		// As earlier versions wrote it.
		run('old typo', 'backup', '06:00', '06:00', { exitCode: 64 }),
		run('old lock', 'backup', '06:00', '06:00', { exitCode: 75 }),
	];
	expect(lastBackupOf([...others, good])?.id).toBe('good');
	expect(lastBackupOf(others)).toBeUndefined();
});
