import { layoutKind } from '../layout.ts';
import type { UiServices } from '../ports.ts';
import { selectedStack } from '../screens/stacks/Stacks.tsx';
import type { Store } from '../store/store.ts';
import { toTrouble } from './controller.ts';

/** The cursor has to rest so long on a stack before its detail is loaded, in ms. */
const restMs = 200;
/** A detail older than this is loaded again, in ms. */
const freshMs = 30_000;
/** How long a detail may take, in ms. */
const limitMs = 30_000;

/**
 * Loads mounts and coverage of the stack that is looked at.
 *
 * @returns a function to be called when the state has changed
 */
export function createDetailLoader(store: Store, services: UiServices, ended: AbortSignal): () => void {
	const loadedAt = new Map<string, number>();
	let waiting: string | undefined;
	let timer: NodeJS.Timeout | undefined;

	const load = (key: string) => {
		const work = services.stacks?.detail;
		if (work === undefined || ended.aborted) return;
		loadedAt.set(key, performance.now());
		const old = store.state().data.details[key]?.value;
		store.dispatchLater({
			type: 'detail',
			key,
			value: { ...(old === undefined ? {} : { value: old }), loading: true },
		});
		const signal = AbortSignal.any([ended, AbortSignal.timeout(limitMs)]);
		work(key, signal)
			.then((value) => store.dispatchLater({ type: 'detail', key, value: { value, loading: false } }))
			.catch((error: unknown) =>
				store.dispatchLater({ type: 'detail', key, value: { trouble: toTrouble(error), loading: false } }),
			);
	};

	return () => {
		const state = store.state();
		if (state.active !== 'stacks') return;
		if (layoutKind(state.size) !== 'wide' && !state.screens.stacks.detail) return;
		const row = selectedStack(state);
		if (row === undefined || row.entry.missing) return;
		const { key } = row.entry;
		if (performance.now() - (loadedAt.get(key) ?? Number.NEGATIVE_INFINITY) < freshMs || waiting === key)
			return;
		clearTimeout(timer);
		waiting = key;
		timer = setTimeout(() => {
			waiting = undefined;
			if (selectedStack(store.state())?.entry.key === key) load(key);
		}, restMs);
		timer.unref();
	};
}
