import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { UiState } from '../../source/tui/store/state.ts';
import { now, run, sampleState } from './rig/sample.ts';
import { show, sizes } from './rig/terminal.tsx';

const id = '20260416-122000-beef';
const runs = [run(id, 0, { status: 'running', command: 'sync' })];

function logShown(size: UiState['size']): UiState {
	const lines = [{ at: now, level: 'info' as const, subject: 'run', text: 'line 1' }];
	return sampleState(
		size,
		{ active: 'logs' },
		{
			runs: { loading: false, value: runs },
			log: { run: id, total: 1, whole: 1, from: 0, lines, loading: false, searching: false },
		},
	);
}

test.each(sizes)('at $columns x $rows, what nobody sees on the log draws nothing', async (size) => {
	const screen = show(logShown(size));
	const { store } = screen;
	const before = screen.drawings();
	store.dispatch({
		type: 'run-events',
		run: id,
		events: [
			{
				v: 1,
				ts: new Date(now).toISOString(),
				run: id,
				seq: 1,
				type: 'message',
				level: 'info',
				text: 'line 2',
			},
		],
	});
	store.dispatch({ type: 'tick', now: now + 1000 });
	store.dispatch({ type: 'loaded', part: 'runs', value: { loading: false, value: structuredClone(runs) } });
	await nextTurn();
	expect(store.state().data.views[id]?.seq).toBe(1);
	expect(screen.drawings()).toBe(before);

	const { log } = store.state().data;
	store.dispatch({
		type: 'log',
		log: { ...log, lines: log.lines.map((one) => ({ ...one, text: 'line 3' })) },
	});
	await nextTurn();
	expect(screen.text()).toContain('line 3');
	store.dispatch({ type: 'notice', notice: { text: 'copied', tone: 'ok', at: now } });
	await nextTurn();
	expect(screen.text()).toContain('copied');
	expect(screen.drawings()).toBe(before + 2);
	screen.end();
});

test('what changes by itself still shows: the run ends, the clock passes midnight', async () => {
	const screen = show(logShown(sizes[0]));
	const { store } = screen;
	expect(screen.text()).toContain('SYNC');
	store.dispatch({ type: 'loaded', part: 'runs', value: { loading: false, value: [run(id, 0)] } });
	await nextTurn();
	expect(screen.text()).toContain('idle');
	const today = screen.text();
	store.dispatch({ type: 'tick', now: now + 24 * 3_600_000 });
	await nextTurn();
	expect(screen.text()).not.toBe(today);
	screen.end();
});
