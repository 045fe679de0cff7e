import { expect, test } from 'vitest';
import type { UnfinishedRestore } from '../../../source/runs/journal.ts';
import { unfinishedError } from '../../../source/services/downtime/unfinished.ts';

const restore: UnfinishedRestore = {
	what: 'restore',
	since: '2026-01-31T04:30:00.000Z',
	snapshot: '0123456789abcdef',
	start: true,
};

test('a half restored stack tells the command that was cut, fit to be pasted, and the way back where there is one', () => {
	const again = ['restore', '--stack', 'my app', '--in-place', '--include', "it's"];
	const error = unfinishedError({
		name: 'my app',
		wasUp: true,
		debt: { kind: 'half-restored', restore: { ...restore, again, safetySnapshot: 'fe' } },
	});
	expect(error).toMatchObject({ exitCode: 7 });
	expect(error?.hint).toBe(
		`restore again: backup-tui restore --stack 'my app' --in-place --include 'it'\\''s'; or go back to what was there: backup-tui restore --stack 'my app' --rollback`,
	);
	const older = unfinishedError({ name: 'app', wasUp: true, debt: { kind: 'half-restored', restore } });
	expect(older?.hint).toBe('restore again: backup-tui restore --stack app --in-place --snapshot 01234567');
});

test('a half made second stack never ran: it is no stack that is down, and may be given up', () => {
	const error = unfinishedError({ name: 'app-old', wasUp: false, debt: { kind: 'copy', restore } });
	expect(error).toMatchObject({ exitCode: 4, hint: expect.stringContaining('delete its directory') });
	expect(unfinishedError({ name: 'app', wasUp: true, debt: { kind: 'up' } })).toBeUndefined();
});

test('a half restored stack that did not run before is no stack that is down: exit code 4', () => {
	const debt = { kind: 'half-restored', restore } as const;
	expect(unfinishedError({ name: 'app', wasUp: false, debt })?.exitCode).toBe(4);
});
