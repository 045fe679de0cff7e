import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogFeed, type LogFeed } from '../../../source/tui/controller/log-feed.ts';
import type { UiServices } from '../../../source/tui/ports.ts';
import { createStore, type Store } from '../../../source/tui/store/store.ts';
import { run, sampleState } from '../rig/sample.ts';

const [newer, older] = ['20260416-122000-beef', '20260416-112000-cafe'];
const size = { columns: 80, rows: 24 };
let directory = '';
let store: Store;
let feed: LogFeed;

function write(id: string, first: number, count: number): void {
	const lines = Array.from({ length: count }, (_, index) =>
		JSON.stringify({ level: 'info', time: '2026-04-16T03:00:00.000Z', msg: `line ${first + index}` }),
	);
	appendFileSync(join(directory, `${id}.log`), `${lines.join('\n')}\n`);
}

const runsRead = () =>
	store.dispatch({
		type: 'loaded',
		part: 'runs',
		value: { loading: false, value: [run(newer, 0, { status: 'running' }), run(older, 1)] },
	});
const shown = () => store.state().data.log;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'log-feed-'));
	store = createStore(sampleState(size, { active: 'logs' }));
	const services = { runs: { logFile: async (id: string) => join(directory, `${id}.log`) } };
	feed = createLogFeed(store, services as unknown as UiServices, new AbortController().signal);
	store.subscribe(feed.changed);
});
afterEach(() => {
	feed.close();
	store.close();
	rmSync(directory, { recursive: true, force: true });
});

test('the log of a busy run is looked at in its own rhythm, however often the list of runs is read', async () => {
	write(newer, 1, 100);
	runsRead();
	await expect.poll(() => shown().total).toBe(100);
	write(newer, 101, 100);
	runsRead();
	await delay(100);
	expect(shown().total).toBe(100);
	await expect.poll(() => shown().total).toBe(200);
	expect(shown().lines.at(-1)?.text).toBe('line 200');
});

test('another run is shown at once', async () => {
	write(newer, 1, 100);
	write(older, 1, 30);
	runsRead();
	await expect.poll(() => shown().total).toBe(100);
	store.dispatch({ type: 'screen', screen: { ...store.state().screens.logs, id: older } });
	await delay(100);
	expect(shown()).toMatchObject({ run: older, total: 30 });
});
