import type { UiServices } from '../ports.ts';
import { attention } from '../selectors/attention.ts';
import { runLookedAt, runningRuns, shortRunId } from '../selectors/runs.ts';
import type { ScreenName } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { listStart } from '../widgets/list.ts';
import { type Controller, toTrouble } from './controller.ts';
import { createDetailLoader } from './details.ts';
import { createFolderSizer } from './folder-sizes.ts';
import { createFollower } from './following.ts';
import { createLoader } from './loading.ts';
import { createLogFeed } from './log-feed.ts';
import { pollForEver } from './polling.ts';

/** What the controller needs from the terminal. */
export interface TerminalPort {
	/** Puts text on the person's clipboard. */
	copy(text: string): void;
	feedWidget(key: string): void;
	redraw(): void;
	suspend<T>(work: () => Promise<T>): Promise<T>;
	exit(code: number): void;
}

/** Who comes to Run while something runs wants to see that, not an ended run that was looked at before. */
function showWhatGoesOn(store: Store): void {
	const state = store.state();
	const { id, ...rest } = state.screens.run;
	const looked = runLookedAt(state, id);
	if (id === undefined || looked?.status === 'running' || runningRuns(state).length === 0) return;
	store.dispatch({ type: 'screen', screen: { ...rest, follow: true, list: listStart } });
}

/** Home says `3 = details` of a run: then that one is shown, not a later one that went well. */
function showWhatNeedsAttention(store: Store, screen: ScreenName): void {
	const state = store.state();
	if ((screen !== 'run' && screen !== 'logs') || runningRuns(state).length > 0) return;
	const id = attention(state).find((one) => one.go === screen && one.run !== undefined)?.run;
	if (id === undefined || !state.data.runs.value?.some((run) => run.id === id)) return;
	store.dispatch({ type: 'screen', screen: { ...state.screens[screen], id, follow: true, list: listStart } });
}

/** Builds the controller and sets the background work going: polling, following, the clock. */
export function createController(options: {
	readonly store: Store;
	readonly services: UiServices;
	readonly terminal: TerminalPort;
	readonly now: () => number;
	/** How often the clocks on the screen move, in ms. */
	readonly tickMs: number;
}): { readonly controller: Controller; close(): void } {
	const { store, services, terminal, now } = options;
	const ended = new AbortController();
	const { signal } = ended;
	const load = createLoader(store, services, signal);
	const follow = createFollower(store, services, load, signal);
	const details = createDetailLoader(store, services, signal);
	const sizeFolders = createFolderSizer(store, services, signal);
	const logFeed = createLogFeed(store, services, signal);
	store.subscribe(() => {
		follow();
		details();
		sizeFolders();
		logFeed.changed();
	});
	const clock = setInterval(() => store.dispatchLater({ type: 'tick', now: now() }), options.tickMs);
	void pollForEver(store, load, signal);

	const say: Controller['say'] = (text, tone = 'plain') =>
		store.dispatch({ type: 'notice', notice: text === '' ? undefined : { text, tone, at: now() } });
	const fail: Controller['fail'] = (error) => {
		const { message, hint } = toTrouble(error);
		say(hint === undefined ? message : `${message}: ${hint}`, 'bad');
	};
	const controller: Controller = {
		store,
		services,
		state: store.state,
		now,
		signal,
		say,
		fail,
		load,
		set: (screen) => store.dispatch({ type: 'screen', screen }),
		go: (screen) => {
			const { tabs } = store.state();
			const always = screen === 'menu' || screen === 'restore';
			if (!always && !tabs.includes(screen)) return;
			if (screen === 'run') showWhatGoesOn(store);
			if (store.state().active === 'home') showWhatNeedsAttention(store, screen);
			store.dispatch({ type: 'go', screen });
		},
		open: (dialog) => store.dispatch({ type: 'dialog', dialog }),
		close: () => store.dispatch({ type: 'dialog', dialog: undefined }),
		start: async (args, says) => {
			const { runs } = services;
			if (runs === undefined) return;
			say('Starting …');
			try {
				const { run } = await runs.start(args);
				await load('runs');
				if (run === undefined) {
					say(says, 'ok');
					// It was no run but is done: what it mended shows.
					if (store.state().active === 'doctor') void load('checks');
					void load('overview');
					return;
				}
				store.dispatch({
					type: 'screen',
					screen: { ...store.state().screens.run, id: run, follow: true, list: listStart },
				});
				store.dispatch({ type: 'go', screen: 'run' });
				say(`${says}: run ${shortRunId(run)}. It goes on when you leave.`, 'ok');
			} catch (error) {
				fail(error);
			}
		},
		copy: (text, what) => {
			if (text === '') return;
			terminal.copy(text);
			say(`${what} copied: ${text}`, 'ok');
		},
		feedWidget: terminal.feedWidget,
		findInLog: logFeed.find,
		redraw: terminal.redraw,
		suspend: terminal.suspend,
		exit: terminal.exit,
	};
	return {
		controller,
		close: () => {
			ended.abort();
			clearInterval(clock);
			logFeed.close();
		},
	};
}
