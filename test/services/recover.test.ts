import { expect, test } from 'vitest';
import { incompleteError } from '../../source/services/recover.ts';

const incomplete = {
	what: 'restore',
	since: '2026-01-31T04:30:00.000Z',
	snapshot: '0123456789abcdef',
	start: true,
} as const;

test('a half restored stack tells the command that was cut, fit to be pasted, and the way back where there is one', () => {
	const again = ['restore', '--stack', 'my app', '--in-place', '--include', "it's"];
	const error = incompleteError({
		name: 'my app',
		incomplete: { ...incomplete, again, safetySnapshot: 'fe' },
	});
	expect(error).toMatchObject({ exitCode: 7 });
	expect(error?.hint).toBe(
		`restore again: backup-tui restore --stack 'my app' --in-place --include 'it'\\''s'; or go back to what was there: backup-tui restore --stack 'my app' --rollback`,
	);
	const older = incompleteError({ name: 'app', incomplete });
	expect(older?.hint).toBe('restore again: backup-tui restore --stack app --in-place --snapshot 01234567');
});

test('a half made second stack never ran: it is no stack that is down, and may be given up', () => {
	const error = incompleteError({ name: 'app-old', incomplete, copy: true });
	expect(error).toMatchObject({ exitCode: 4, hint: expect.stringContaining('delete its directory') });
	expect(incompleteError({ name: 'app' })).toBeUndefined();
});
