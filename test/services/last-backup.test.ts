import { expect, test } from 'vitest';
import type { RunInfo } from '../../source/runs/run-files.ts';
import { lastBackupOf } from '../../source/services/last-backup.ts';

function run(id: string, command: string, started: string, ended?: string, exitCode = 0): RunInfo {
	const day = (time: string) => `2026-01-31T${time}:00.000Z`;
	return {
		id,
		command,
		startedAt: day(started),
		status: ended === undefined ? 'running' : 'ended',
		...(ended === undefined ? {} : { summary: { exitCode, endedAt: day(ended) } }),
	} as unknown as RunInfo;
}

test('the last backup is the one that ended last, not one that was refused while it was at work', () => {
	const good = run('good', 'backup', '03:00', '03:40');
	const refused = run('refused', 'backup', '03:10', '03:10', 75);
	expect(lastBackupOf([refused, good])?.id).toBe('good');
	expect(lastBackupOf([refused])?.id).toBe('refused');
});

test('no other command, no backup that goes on, and no mistyped name is the last backup', () => {
	const good = run('good', 'backup', '03:00', '03:40');
	const others = [
		run('now', 'backup', '09:00'),
		run('check', 'check', '08:00', '08:01', 8),
		run('typo', 'backup', '07:00', '07:00', 64),
	];
	expect(lastBackupOf([...others, good])?.id).toBe('good');
	expect(lastBackupOf(others)).toBeUndefined();
});
