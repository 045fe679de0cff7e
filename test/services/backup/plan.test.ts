import { describe, expect, test } from 'vitest';
import { refusal, selectStacks } from '../../../source/services/backup/plan.ts';
import { isShrunk } from '../../../source/services/backup/shrink.ts';
import { duplicateRefusals } from '../../../source/services/discover-configured.ts';
import type { Stack } from '../../../source/stacks/types.ts';

const stack = (name: string, more: Partial<Stack> = {}): Stack => ({
	key: name,
	name,
	origin: 'stacks-dir',
	directory: `/srv/${name}`,
	realDirectory: `/srv/${name}`,
	enabled: false,
	missing: false,
	composeFiles: [`/srv/${name}/compose.yaml`],
	project: name.toLowerCase(),
	...more,
});
const none = { names: [], all: false };

describe('which stacks a backup is about', () => {
	const stacks = [
		stack('immich', { enabled: true }),
		stack('Nextcloud'),
		stack('-x'),
		stack('old', { enabled: true, missing: true }),
	];

	test('those the dirlist enables, also when their directory is missing: that is a failure, not a reason to forget them', () => {
		expect(selectStacks(stacks, none).map((one) => one.name)).toEqual(['immich', 'old']);
	});

	test('those that are named, in dirlist order', () => {
		expect(selectStacks(stacks, { names: ['-x', 'immich'], all: false }).map((one) => one.name)).toEqual([
			'immich',
			'-x',
		]);
	});

	test('a name that does not exist is an error with the nearest one', () => {
		expect(() => selectStacks(stacks, { names: ['cloud'], all: false })).toThrow(
			expect.objectContaining({
				code: 'stack-unknown',
				hint: expect.stringContaining('Did you mean Nextcloud?'),
			}),
		);
	});

	test('by the path of its directory, and by a Compose project name that only one has', () => {
		const named = (name: string) =>
			selectStacks(stacks, { names: [name], all: false }).map((one) => one.name);
		expect(named('/srv/immich/')).toEqual(['immich']);
		expect(named('nextcloud')).toEqual(['Nextcloud']);
	});

	test('nothing enabled is an error, never a success', () => {
		expect(() => selectStacks([stack('a')], none)).toThrow(
			expect.objectContaining({ code: 'nothing-enabled', exitCode: 2 }),
		);
	});

	test('a missing directory, an unmanageable name and a shared project name are refused, naming both', () => {
		const duplicates = duplicateRefusals([
			stack('-x', { project: 'x' }),
			stack('_x', { project: 'x' }),
			stack('a'),
		]);
		expect(refusal(stack('a', { missing: true }), new Map())?.message).toContain('/srv/a is missing');
		expect(refusal(stack('a', { unmanageable: 'no UTF-8' }), new Map())?.message).toContain('no UTF-8');
		expect(refusal(stack('-x'), duplicates)?.message).toContain('/srv/-x and /srv/_x');
		expect(refusal(stack('a'), duplicates)).toBeUndefined();
	});
});

describe('the shrink alarm', () => {
	const size = (files: number, bytes: number) => ({ snapshot: 's', files, bytes });
	test.each([
		['half the bytes gone', size(100, 10_000_000), size(100, 4_000_000), true],
		['half the files gone', size(100, 10_000_000), size(40, 10_000_000), true],
		['a vanished mount', size(100, 10_000_000), size(3, 900), true],
		['a little less', size(100, 10_000_000), size(80, 6_000_000), false],
		['more', size(100, 10_000_000), size(200, 20_000_000), false],
		['too little data to judge', size(3, 900), size(1, 100), false],
	])('%s', (_name, before, now, expected) => {
		expect(isShrunk(before, now, 50)).toBe(expected);
	});
});
