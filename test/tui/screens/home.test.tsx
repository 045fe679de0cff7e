import { expect, test } from 'vitest';
import type { ScreenName } from '../../../source/tui/store/state.ts';
import { cellWidth } from '../../../source/tui/text/cells.ts';
import { backedUp, entry, run, sampleState, status } from '../rig/sample.ts';
import { show, sizes } from '../rig/terminal.tsx';

const screens: readonly ScreenName[] = [
	'home',
	'stacks',
	'run',
	'snapshots',
	'restore',
	'cloud',
	'logs',
	'doctor',
	'setup',
	'menu',
];

test.each(sizes.flatMap((size) => screens.map((active) => ({ size, active }))))(
	'$active fills $size.columns x $size.rows exactly',
	({ size, active }) => {
		const shot = show(sampleState(size, { active }));
		const rows = shot.rows();
		expect(rows).toHaveLength(size.rows);
		for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(size.columns);
		shot.end();
	},
);

test('home tells the verdict, the last run and each stack on 80x24', () => {
	const shot = show(sampleState({ columns: 80, rows: 24 }));
	const text = shot.text();
	expect(text).toContain('Health: 3 PROBLEMS');
	expect(text).toMatch(/Last run +! incomplete +today 03:20 +4m12s, 5\/6 stacks, \+1\.9 GiB/);
	expect(text).toMatch(/✔ immich +running 6\/6 +today 03:02 +1m48s +✔+/);
	expect(text).toMatch(/✘ gitea +missing +9d ago/);
	expect(text).toMatch(/gitea: the directory .* 2 = Stacks/);
	expect(text).toMatch(/B back up .*\? help +q quit/);
	shot.end();
});

test('home shows details, recent runs and all needs on 160x50', () => {
	const text = show(sampleState({ columns: 160, rows: 50 })).text();
	expect(text).toContain('Details: blog-external');
	expect(text).toContain('Recent runs');
	expect(text).toMatch(/Wed 03:20 +backup +timer +✔ ok +6\/6/);
	expect(text).toContain('vaultwarden: never backed up');
});

test('home says one fact a line on 40x10', () => {
	const rows = show(sampleState({ columns: 40, rows: 10 })).rows();
	expect(rows[0]).toMatch(/nas01 +1 Home +idle/);
	expect(rows[1]).toContain('Health: 3 PROBLEMS');
	expect(rows[2]).toContain('Last incomplete today 03:20');
	expect(rows.join('\n')).not.toContain('┌');
});

test('a running run shows in the corner and on home', () => {
	const size = { columns: 80, rows: 24 };
	const going = run('20260416-120000-aaaa', 0, { status: 'running' });
	const text = show(sampleState(size, {}, { runs: { loading: false, value: [going] } })).text();
	expect(text.split('\n')[0]).toContain('▶ RUN');
	expect(text).toMatch(/Now +▶ backup aaaa/);
});

test('a dead daemon is said, and the stacks stay on the screen', () => {
	const size = { columns: 80, rows: 24 };
	const states = { loading: false, value: { byKey: {}, trouble: { message: 'cannot reach the daemon' } } };
	const text = show(sampleState(size, {}, { states })).text();
	expect(text).toContain('cannot reach the daemon');
	expect(text).toContain('immich');
});

test('only a window of a thousand stacks is drawn, around the cursor', () => {
	const size = { columns: 80, rows: 24 };
	const entries = Array.from({ length: 1000 }, (_, index) => entry(`stack${String(index).padStart(4, '0')}`));
	const state = sampleState(
		size,
		{ active: 'stacks' },
		{
			stacks: { loading: false, value: { entries, dirlist: '/d', stacksDir: '/s' } },
		},
	);
	const shot = show({
		...state,
		screens: { ...state.screens, stacks: { ...state.screens.stacks, list: { cursor: 777, top: 770 } } },
	});
	expect(shot.text()).toContain('> [x] stack0777');
	expect(shot.text()).toContain('778/1000');
	expect(shot.text()).not.toContain('stack0000');
	shot.end();
});

test('a name with escape sequences is shown as text', () => {
	const name = 'evil\u001b]52;c;aGk=\u0007\u001b[2J';
	const entries = [entry(name)];
	const shot = show(
		sampleState(
			{ columns: 80, rows: 24 },
			{},
			{
				stacks: { loading: false, value: { entries, dirlist: '/d', stacksDir: '/s' } },
				states: { loading: false, value: { byKey: { [name]: status(1) } } },
			},
		),
	);
	expect(shot.text()).toContain('evil\\x1b]52');
	expect(shot.text()).not.toMatch(/\u001b|\u0007/);
	shot.end();
});

test('without UTF-8 nothing but ASCII is drawn', () => {
	for (const active of screens) {
		const shot = show(sampleState({ columns: 160, rows: 50 }, { active }), { ascii: true });
		expect(shot.text()).toMatch(/^[\x20-\x7e\n]*$/);
		shot.end();
	}
});

test('for a screen reader there are words instead of boxes', () => {
	const text = show(sampleState({ columns: 80, rows: 24 }), { screenReader: true }).text();
	expect(text).toContain('Health: 3 PROBLEMS');
	expect(text).not.toMatch(/[┌│+]--/);
});

test('stacks that are backed up come first; a failing one says when it last went well', () => {
	const size = { columns: 80, rows: 24 };
	const stacks = {
		loading: false,
		value: { entries: [entry('a-off', { enabled: false }), entry('b-on')], dirlist: '/d', stacksDir: '/s' },
	};
	const history = [backedUp('b-on', 2), backedUp('b-on', 0, { outcome: 'failed' })];
	const shot = show(sampleState(size, {}, { stacks, history }));
	expect(shot.text()).toMatch(/> ✘ b-on .*2d ago FAILED[\s\S]* - a-off/);
	shot.end();
});

test('what does not fit of what needs attention is counted', () => {
	const size = { columns: 80, rows: 24 };
	const entries = Array.from({ length: 20 }, (_, index) => entry(`stack${index + 10}`));
	const stacks = { loading: false, value: { entries, dirlist: '/d', stacksDir: '/s' } };
	const shot = show(sampleState(size, {}, { stacks, history: [] }));
	expect(shot.text()).toContain('Needs attention: the worst 3 of 21');
	shot.end();
	const few = show(
		sampleState(
			size,
			{},
			{ stacks: { ...stacks, value: { ...stacks.value, entries: entries.slice(0, 3) } }, history: [] },
		),
	);
	expect(few.text()).toContain('─ Needs attention ─');
	expect(few.text().match(/never backed up/g)).toHaveLength(3);
	few.end();
});

test('the result of the last run stands apart from its time, however long it is', () => {
	const summary = { ...run('x', 0).summary, exitCode: 130 } as NonNullable<ReturnType<typeof run>['summary']>;
	const last = run('20260416-010000-0412', 11, { summary: { ...summary, exitCode: 8 } });
	const shot = show(sampleState({ columns: 80, rows: 24 }, {}, { runs: { loading: false, value: [last] } }));
	expect(shot.text()).toContain('! check failed  today 03:20');
	shot.end();
});

test('where there is room, what needs attention is told in full', () => {
	const problem =
		'the password in /etc/backup-tui/password does not open the repository, and nothing was copied';
	const finding = { id: 'backup-run', level: 'problem', subject: '', run: 'x', text: problem } as const;
	const data = {
		stacks: { loading: false, value: { entries: [entry('immich')], dirlist: '/d', stacksDir: '/s' } },
		overview: { loading: false, value: { findings: [finding], stacks: {}, remotes: {} } },
	};
	const shot = show(sampleState({ columns: 160, rows: 50 }, {}, data));
	const pane = shot.rows().map((row) => row.slice(row.lastIndexOf('││') + 2).replace('│', ''));
	expect(pane.join(' ').replaceAll(/\s+/g, ' ')).toContain(`✘ ${problem} 3 = details`);
	shot.end();
});
