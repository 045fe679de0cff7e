import { setTimeout as delay } from 'node:timers/promises';
import type { DataPart } from '../store/messages.ts';
import type { ScreenName, UiState } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Loader } from './loading.ts';

interface Rhythm {
	readonly part: DataPart;
	/** Screens on which it is seen: asked every `seenMs` there, else every `otherMs` (0 = not at all). */
	readonly screens: readonly ScreenName[];
	readonly seenMs: number;
	readonly otherMs: number;
}

const rhythms: readonly Rhythm[] = [
	{ part: 'runs', screens: ['home', 'run', 'logs', 'cloud'], seenMs: 700, otherMs: 1500 },
	{ part: 'stacks', screens: ['home', 'stacks'], seenMs: 2000, otherMs: 15_000 },
	{ part: 'states', screens: ['home', 'stacks'], seenMs: 3000, otherMs: 15_000 },
	{ part: 'overview', screens: ['home'], seenMs: 60_000, otherMs: 300_000 },
	{ part: 'snapshots', screens: ['snapshots'], seenMs: 120_000, otherMs: 0 },
	{ part: 'remotes', screens: ['cloud'], seenMs: 60_000, otherMs: 0 },
	{ part: 'checks', screens: ['doctor'], seenMs: 300_000, otherMs: 0 },
];

/** @returns what the judgement of health depends on and is seen sooner than it is judged again */
function judgedBy({ data }: UiState): string {
	const runs = (data.runs.value ?? []).map((run) => `${run.id}${run.status}`);
	const stacks = (data.stacks.value?.entries ?? []).map((entry) => [
		entry.key,
		entry.enabled,
		entry.missing,
		entry.unreadable,
	]);
	return JSON.stringify([runs, stacks, data.stacks.trouble, data.states.value?.trouble]);
}

/** How often is looked whether something is due, in ms. */
const stepMs = 200;

/**
 * Keeps what is on the screen fresh: each part in its own rhythm, counted from the end of the last call, so that a slow
 * disk or a dead daemon is asked less often and holds up nothing else.
 */
export async function pollForEver(store: Store, load: Loader, signal: AbortSignal): Promise<void> {
	const next = new Map<DataPart, number>();
	let active: UiState['active'] | undefined;
	let seenData: readonly unknown[] = [];
	let judged = '';
	while (!signal.aborted) {
		const state = store.state();
		const now = performance.now();
		// A screen that is entered for the first time is filled at once.
		const entered = active !== state.active;
		active = state.active;
		const { runs, stacks, states } = state.data;
		const data = [runs.value, stacks, states.value];
		if (data.some((part, index) => part !== seenData[index])) {
			seenData = data;
			const key = judgedBy(state);
			if (key !== judged && state.data.overview.value !== undefined) void load('overview');
			judged = key;
		}
		for (const rhythm of rhythms) {
			const seen = rhythm.screens.includes(active);
			const every = seen ? rhythm.seenMs : rhythm.otherMs;
			if (every === 0) continue;
			const due = next.get(rhythm.part) ?? 0;
			const overdue = entered && seen && state.data[rhythm.part].value === undefined;
			if (due === Number.POSITIVE_INFINITY || (now < due && !overdue)) continue;
			next.set(rhythm.part, Number.POSITIVE_INFINITY);
			void load(rhythm.part).finally(() => next.set(rhythm.part, performance.now() + every));
		}
		await delay(stepMs, undefined, { signal }).catch(() => {});
	}
}
