import { expect, test } from 'vitest';
import { reduce } from '../../../source/tui/store/reducer.ts';
import { entry, sampleState, status } from '../rig/sample.ts';

const size = { columns: 80, rows: 24 };

test.each(['home', 'stacks'] as const)(
	'on %s the cursor stays on its stack when another one appears before it',
	(active) => {
		const list = (names: readonly string[]) => ({
			loading: false,
			value: { entries: names.map((name) => entry(name)), dirlist: '/d', stacksDir: '/s' },
		});
		const before = sampleState(size, { active }, { stacks: list(['beta', 'gamma']), history: [] });
		const on = { ...before.screens[active], list: { cursor: 1, top: 0 } };
		const state = { ...before, screens: { ...before.screens, [active]: on } };
		const next = reduce(state, { type: 'loaded', part: 'stacks', value: list(['alpha', 'beta', 'gamma']) });
		expect(next.screens[active].list.cursor).toBe(2);
	},
);

test('sorted by state, a stack that stops takes the cursor along', () => {
	const entries = [entry('one'), entry('two')];
	const stacks = { loading: false, value: { entries, dirlist: '/d', stacksDir: '/s' } };
	const states = (one: number, two: number) => ({
		loading: false,
		value: { byKey: { one: status(one, 1), two: status(two, 1) } },
	});
	const before = sampleState(size, { active: 'stacks' }, { stacks, states: states(0, 1), history: [] });
	const on = { ...before.screens.stacks, sort: 'state' as const, list: { cursor: 1, top: 0 } };
	const state = { ...before, screens: { ...before.screens, stacks: on } };
	const next = reduce(state, { type: 'loaded', part: 'states', value: states(1, 0) });
	expect(next.screens.stacks.list.cursor).toBe(0);
});
