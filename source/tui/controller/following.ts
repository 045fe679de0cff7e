import type { UiServices } from '../ports.ts';
import { runLookedAt, runningRuns } from '../selectors/runs.ts';
import type { UiState } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Loader } from './loading.ts';

/** What a run may have changed; asked again when it ends, where it was asked before. */
const changedByRuns = ['checks', 'remotes', 'snapshots', 'overview'] as const;

/** Most runs whose events are held at once. */
const most = 4;

function wantedRuns(state: UiState): string[] {
	const looked = state.active === 'run' ? runLookedAt(state, state.screens.run.id) : undefined;
	const ids = [...runningRuns(state).map((run) => run.id), ...(looked === undefined ? [] : [looked.id])];
	return [...new Set(ids)].slice(0, most);
}

/**
 * Follows the event files of every run that is going on, and of the one that is looked at. Reads only: nothing here can
 * disturb a run.
 *
 * @returns a function to be called when the state has changed
 */
export function createFollower(
	store: Store,
	services: UiServices,
	load: Loader,
	ended: AbortSignal,
): () => void {
	const followed = new Map<string, AbortController>();
	const refreshHistory = async () => {
		const entries = await services.runs?.history().catch(() => undefined);
		if (entries !== undefined && !ended.aborted) store.dispatchLater({ type: 'history', entries });
	};
	void refreshHistory();
	let lastSet = '';
	return () => {
		if (services.runs === undefined || ended.aborted) return;
		const wanted = wantedRuns(store.state());
		if (wanted.join() === lastSet) return;
		lastSet = wanted.join();
		for (const [id, controller] of followed) {
			if (wanted.includes(id)) continue;
			controller.abort();
			followed.delete(id);
		}
		store.dispatchLater({ type: 'runs-kept', ids: wanted });
		for (const id of wanted) {
			if (followed.has(id)) continue;
			const controller = new AbortController();
			followed.set(id, controller);
			const signal = AbortSignal.any([ended, controller.signal]);
			const live = runningRuns(store.state()).some((run) => run.id === id);
			services.runs
				.follow(id, (events) => store.dispatchLater({ type: 'run-events', run: id, events }), signal)
				.catch(() => false)
				.then(() => {
					if (signal.aborted || !live) return;
					void load('runs');
					void load('states');
					void load('stacks');
					for (const part of changedByRuns) if (store.state().data[part].value !== undefined) void load(part);
					void refreshHistory();
				});
		}
	};
}
