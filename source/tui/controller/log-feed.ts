import { LogIndex } from '../log/log-index.ts';
import { parseLogLine } from '../log/parse-log-line.ts';
import type { UiServices } from '../ports.ts';
import { logRows } from '../screens/logs/Logs.tsx';
import { runLookedAt } from '../selectors/runs.ts';
import type { LogsScreen } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { fitList } from '../widgets/list.ts';

/** How often a followed log is looked at, in ms; and one that grew by more than a screen, which nobody reads line by line. */
const growMs = 200;
const burstMs = 650;

export interface LogFeed {
	/** To be called when the state has changed. */
	changed(): void;
	/** Goes to the next match of the search. */
	find(direction: 1 | -1): Promise<'found' | 'none'>;
	close(): void;
}

/** Where the window of a log stands: at its end while it is followed. */
export function logPosition(
	screen: LogsScreen,
	total: number,
	rows: number,
): { cursor: number; top: number } {
	const list = screen.follow ? { cursor: total - 1, top: total - rows } : screen.list;
	return fitList(list, total, rows);
}

/** Keeps the visible lines of the log on the screen in the state; nothing else of the file is ever held. */
export function createLogFeed(store: Store, services: UiServices, ended: AbortSignal): LogFeed {
	let index: LogIndex | undefined;
	let run = '';
	let busy = false;
	let again = false;
	let shown: unknown[] = [];
	let pauseUntil = 0;
	const wanted = () => runLookedAt(store.state(), store.state().screens.logs.id)?.id;

	const refresh = async (): Promise<void> => {
		const id = wanted();
		const { runs } = services;
		if (id === undefined || runs === undefined) return;
		if (id !== run || index === undefined) {
			await index?.close();
			index = new LogIndex(await runs.logFile(id));
			run = id;
			shown = [];
		}
		const before = index.count(store.state().screens.logs.level);
		await index.grow(ended);
		if (ended.aborted || id !== wanted()) return;
		const screen = store.state().screens.logs;
		const rows = logRows(store.state());
		const total = index.count(screen.level);
		if (total - before > rows) pauseUntil = performance.now() + burstMs;
		const { top } = logPosition(screen, total, rows);
		const key = [id, screen.level, total, top, rows, index.count('debug')];
		if (key.every((part, at) => part === shown[at]) && key.length === shown.length) return;
		const raw = await index.read(screen.level, top, rows);
		shown = key;
		store.dispatchLater({
			type: 'log',
			log: {
				run: id,
				total,
				whole: index.count('debug'),
				from: top,
				lines: raw.map(parseLogLine),
				loading: false,
				searching: store.state().data.log.searching,
			},
		});
	};

	const look = () => {
		if (store.state().active !== 'logs' || ended.aborted) return;
		if (busy) {
			again = true;
			return;
		}
		busy = true;
		void refresh()
			.catch(() => {})
			.finally(() => {
				busy = false;
				if (again) {
					again = false;
					look();
				}
			});
	};
	const timer = setInterval(() => {
		if (performance.now() >= pauseUntil) look();
	}, growMs);
	let seen: readonly unknown[] = [];
	/** Lines that came in, or a list of runs that was read again, are changes too: to look then would draw a busy log without a pause. */
	const changed = () => {
		const { active, screens, size } = store.state();
		const now = [active, screens.logs, size, wanted()];
		if (now.every((part, at) => part === seen[at])) return;
		seen = now;
		look();
	};

	return {
		changed,
		find: async (direction) => {
			const state = store.state();
			const screen = state.screens.logs;
			if (index === undefined || screen.search === '') return 'none';
			const { cursor } = logPosition(screen, index.count(screen.level), logRows(state));
			store.dispatch({ type: 'log', log: { ...state.data.log, searching: true } });
			const found = await index.find(screen.level, screen.search, cursor, direction, ended);
			store.dispatch({ type: 'log', log: { ...store.state().data.log, searching: false } });
			if (found < 0) return 'none';
			const now = store.state().screens.logs;
			const rows = logRows(store.state());
			const list = fitList(
				{ cursor: found, top: found - Math.floor(rows / 2) },
				index.count(now.level),
				rows,
			);
			store.dispatch({ type: 'screen', screen: { ...now, follow: false, list } });
			return 'found';
		},
		close: () => {
			clearInterval(timer);
			void index?.close();
		},
	};
}
