import type { UiServices } from '../ports.ts';
import type { DataPart } from '../store/messages.ts';
import type { Data, Loaded } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { toTrouble } from './controller.ts';

/** How long a part may take before it counts as not answering, in ms. */
const limits: Readonly<Record<DataPart, number>> = {
	stacks: 10_000,
	states: 10_000,
	runs: 5_000,
	overview: 60_000,
	snapshots: 120_000,
	remotes: 60_000,
	checks: 120_000,
};

/** How many runs are listed. */
const runsShown = 200;

function fetchPart(
	services: UiServices,
	part: DataPart,
	signal: AbortSignal,
	onChecks: (checks: Data['checks']['value']) => void,
): Promise<unknown> | undefined {
	switch (part) {
		case 'stacks':
			return services.stacks?.list(signal);
		case 'states':
			return services.stacks?.states(signal);
		case 'runs':
			return services.runs?.list(runsShown);
		case 'overview':
			return services.overview?.load(signal);
		case 'snapshots':
			return services.snapshots?.list(signal);
		case 'remotes':
			return services.cloud?.remotes(signal);
		case 'checks': {
			return services.doctor?.checks(onChecks, signal);
		}
	}
}

/** Rejects when `signal` aborts, also when the work itself never notices. */
function bounded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}

export type Loader = (part: DataPart) => Promise<void>;

/**
 * Loads parts in the background. One call of a part at a time; a value that is there stays while a new one is fetched
 * and when that fails, with the trouble beside it.
 */
export function createLoader(store: Store, services: UiServices, ended: AbortSignal): Loader {
	const going = new Map<DataPart, Promise<void>>();
	const put = (part: DataPart, value: Loaded<unknown>) => {
		if (ended.aborted) return;
		store.dispatchLater({ type: 'loaded', part, value } as Parameters<Store['dispatchLater']>[0]);
	};
	const load = async (part: DataPart): Promise<void> => {
		const signal = AbortSignal.any([ended, AbortSignal.timeout(limits[part])]);
		const old = () => store.state().data[part] as Loaded<unknown>;
		try {
			const work = fetchPart(services, part, signal, (checks) => put(part, { value: checks, loading: true }));
			if (work === undefined) {
				put(part, { loading: false });
				return;
			}
			put(part, { value: await bounded(work, signal), loading: false });
		} catch (error) {
			const { value } = old();
			put(part, { ...(value === undefined ? {} : { value }), trouble: toTrouble(error), loading: false });
		}
	};
	return (part) => {
		const running = going.get(part);
		if (running !== undefined) return running;
		const work = load(part).finally(() => going.delete(part));
		going.set(part, work);
		return work;
	};
}
