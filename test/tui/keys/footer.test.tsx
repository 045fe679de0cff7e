import { expect, test } from 'vitest';
import { bindingsNow } from '../../../source/tui/components/bindings-now.ts';
import { actionsOn } from '../../../source/tui/controller/perform.ts';
import { screens } from '../../../source/tui/screens/registry.ts';
import type { ScreenName, UiState } from '../../../source/tui/store/state.ts';
import { textInput } from '../../../source/tui/widgets/text-input.ts';
import { sampleState } from '../rig/sample.ts';
import { show } from '../rig/terminal.tsx';

const size = { columns: 160, rows: 50 };
const names: readonly ScreenName[] = ['home', 'stacks', 'run', 'snapshots', 'cloud', 'logs', 'doctor'];

test.each(names)('every key that %s offers does something', (active) => {
	const state = sampleState(size, { active });
	const offered = bindingsNow(screens[active].contexts(state), state).map((binding) => binding.action);
	expect(offered.length).toBeGreaterThan(10);
	expect(offered.filter((action) => !actionsOn(active).has(action))).toEqual([]);
});

function drawn(state: UiState): readonly string[] {
	const shot = show(state);
	const rows = shot.rows();
	shot.end();
	return rows;
}

const footer = (active: ScreenName) => drawn(sampleState({ columns: 80, rows: 24 }, { active })).at(-1);

function help(active: ScreenName, unavailable: UiState['unavailable'] = []): string {
	const dialog = { kind: 'help' as const, input: textInput(), list: { cursor: 0, top: 0 } };
	return drawn(sampleState({ columns: 80, rows: 50 }, { active, unavailable, dialog })).join('\n');
}

test('the keys needed most are in the footer of an ordinary terminal', () => {
	expect(footer('logs')).toMatch(/\[ \] run {2}\/ find {2}n N next {2}v level/);
	expect(footer('snapshots')).toMatch(/^ Space mark {2}v diff prev {2}R restore {2}F forget {2}P prune/);
	expect(footer('run')).toContain('[ ] run');
	expect(footer('menu')).toContain('Esc back');
});

test('the help begins with what can be done here, and leaves out what cannot', () => {
	const text = help('home');
	expect(text.indexOf('UPPERCASE CHANGES THINGS')).toBeLessThan(text.indexOf('MOVE'));
	expect(text).toContain('Mirror the repository to the remotes');
	expect(text).not.toContain('Unfold');
	expect(help('home', ['sync'])).not.toContain('Mirror the repository to the remotes');
});
