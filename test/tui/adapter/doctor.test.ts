import { expect, test } from 'vitest';
import { runChecks } from '../../../source/services/doctor/run-checks.ts';
import { createDoctorPort } from '../../../source/tui/adapter/doctor.ts';

test('every check has its row from the beginning, and no row moves when another comes', async () => {
	const slow = Promise.withResolvers<void>();
	const shown: string[][] = [];
	const port = createDoctorPort((listener) =>
		runChecks(
			[
				{
					id: 'slow',
					title: 'slow',
					run: async () => {
						await slow.promise;
						return [
							{ level: 'ok', detail: 'one' },
							{ level: 'fail', detail: 'two' },
						];
					},
				},
				{ id: 'quick', title: 'quick', run: async () => ({ level: 'warn', detail: 'done' }) },
			],
			listener,
		),
	);
	const all = port.checks((checks) => {
		shown.push(checks.map((check) => `${check.title} ${check.level} ${check.text}`));
		if (shown.length === 2) slow.resolve();
	}, new AbortController().signal);
	const final = (await all).map((check) => `${check.title} ${check.level} ${check.text}`);
	expect(shown).toEqual([
		['slow waiting looking ...', 'quick waiting looking ...'],
		['slow waiting looking ...', 'quick warning done'],
		['slow ok one', 'quick warning done'],
		['slow ok one', 'slow bad two', 'quick warning done'],
	]);
	expect(final).toEqual(shown.at(-1));
});
