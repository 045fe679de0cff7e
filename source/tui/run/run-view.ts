import type { Phase, Problem, RunEvent, StackOutcome } from '../../runs/events.ts';
import { guardInWords } from '../../runs/words.ts';
import { movesData, noRates, type Rates, withRate } from './rates.ts';

/** One phase of a stack or of a remote. Times in ms since the epoch. */
export interface PhaseView {
	readonly phase: Phase;
	readonly start: number;
	readonly end?: number;
	readonly ok?: boolean;
	readonly ms?: number;
}

/** What a run has done with one stack so far. */
export interface StackRunView {
	readonly stack: string;
	readonly method?: string;
	readonly skipped?: string;
	readonly expectedMs?: number;
	readonly phases: readonly PhaseView[];
	/** Since when it is down; absent while it is not. */
	readonly downSince?: number;
	readonly downtimeMs?: number;
	readonly started: boolean;
	readonly outcome?: StackOutcome;
	readonly addedBytes?: number;
	readonly snapshot?: string;
	/** Where a restore has put its files. */
	readonly where?: string;
	readonly problems: readonly Problem[];
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line of the run's command log. */
export interface CommandLogEntry {
	readonly at: number;
	readonly level: LogLevel;
	readonly event: RunEvent;
}

export type ProgressView = Extract<RunEvent, { type: 'progress' }>;

/** A run as its events tell; made by `applyRunEvents` only. */
export interface RunView extends Rates {
	readonly id: string;
	readonly command: string;
	readonly trigger: string;
	readonly dryRun: boolean;
	readonly pid: number;
	readonly startedAt?: number;
	readonly endedAt?: number;
	readonly exitCode?: number;
	readonly stacks: readonly StackRunView[];
	/** Phases that belong to no stack: prune, check, sync of a remote. */
	readonly others: readonly (PhaseView & { readonly target?: string })[];
	readonly progress?: ProgressView;
	readonly log: readonly CommandLogEntry[];
	readonly guards: readonly { readonly remote: string; readonly text: string; readonly ok: boolean }[];
	readonly attempt?: { readonly remote: string; readonly attempt: number; readonly of: number };
	readonly warnings: number;
	readonly errors: number;
	readonly problems: readonly Problem[];
	readonly interrupted?: string;
	/** Number of the last event: a repeated one is not counted twice. */
	readonly seq: number;
	/** Time of the last event. */
	readonly at: number;
}

const mostLogLines = 500;

/** @returns a run nothing is known of yet */
export function emptyRunView(id: string): RunView {
	return {
		id,
		command: '',
		trigger: '',
		dryRun: false,
		pid: 0,
		stacks: [],
		others: [],
		...noRates,
		log: [],
		guards: [],
		warnings: 0,
		errors: 0,
		problems: [],
		seq: 0,
		at: 0,
	};
}

type Draft = { -readonly [K in keyof RunView]: RunView[K] } & {
	stackMap: Map<string, StackRunView>;
	newLog: CommandLogEntry[];
};

/** @returns the run after these events; pure, and one pass over the batch however large it is */
export function applyRunEvents(view: RunView, events: readonly RunEvent[]): RunView {
	const draft: Draft = {
		...view,
		stackMap: new Map(view.stacks.map((stack) => [stack.stack, stack])),
		newLog: [],
	};
	for (const event of events) {
		if (event.seq !== 0 && event.seq <= draft.seq) continue;
		draft.seq = Math.max(draft.seq, event.seq);
		draft.at = Date.parse(event.ts);
		applyEvent(draft, event);
	}
	const { stackMap, newLog, ...rest } = draft;
	return {
		...rest,
		stacks: [...stackMap.values()],
		log: newLog.length === 0 ? view.log : [...view.log, ...newLog].slice(-mostLogLines),
	};
}

const emptyStack = (stack: string): StackRunView => ({ stack, phases: [], started: false, problems: [] });

function change(draft: Draft, stack: string, fields: (old: StackRunView) => Partial<StackRunView>): void {
	const old = draft.stackMap.get(stack) ?? emptyStack(stack);
	draft.stackMap.set(stack, { ...old, ...fields(old) });
}

function note(draft: Draft, event: RunEvent, level: LogLevel): void {
	draft.newLog.push({ at: draft.at, level, event });
	if (draft.newLog.length > mostLogLines * 2) draft.newLog.splice(0, mostLogLines);
	if (level === 'warn') draft.warnings += 1;
	if (level === 'error') draft.errors += 1;
}

function endPhase<T extends PhaseView>(
	phases: readonly T[],
	match: (phase: T) => boolean,
	end: Partial<T>,
): T[] {
	const index = phases.findLastIndex((phase) => phase.end === undefined && match(phase));
	return phases.map((phase, at) => (at === index ? { ...phase, ...end } : phase));
}

function applyEvent(draft: Draft, event: RunEvent): void {
	switch (event.type) {
		case 'run-start':
			draft.command = event.command;
			draft.trigger = event.trigger;
			draft.dryRun = event.dryRun;
			draft.pid = event.pid;
			draft.startedAt = draft.at;
			return;
		case 'plan':
			for (const planned of event.stacks) {
				change(draft, planned.stack, () => ({
					method: planned.method,
					...(planned.skipped === undefined ? {} : { skipped: planned.skipped }),
					...(planned.expectedDowntimeMs === undefined ? {} : { expectedMs: planned.expectedDowntimeMs }),
				}));
			}
			return;
		case 'stack-start':
			change(draft, event.stack, () => ({ started: true, method: event.method }));
			return;
		case 'stack-end':
			change(draft, event.stack, () => ({
				outcome: event.outcome,
				problems: event.problems,
				...(event.downtimeMs === undefined ? {} : { downtimeMs: event.downtimeMs }),
				...(event.addedBytes === undefined ? {} : { addedBytes: event.addedBytes }),
				...(event.snapshot === undefined ? {} : { snapshot: event.snapshot }),
			}));
			note(draft, event, event.outcome === 'ok' || event.outcome === 'skipped' ? 'info' : 'error');
			delete draft.progress;
			return;
		case 'phase-start':
			startPhase(draft, event);
			return;
		case 'phase-end':
			finishPhase(draft, event);
			return;
		case 'progress':
			draft.progress = event;
			Object.assign(draft, withRate(draft, event));
			return;
		case 'downtime-start':
			change(draft, event.stack, () => ({
				downSince: draft.at,
				...(event.expectedMs === undefined ? {} : { expectedMs: event.expectedMs }),
			}));
			return;
		case 'downtime-end': {
			const { downSince, ...old } = draft.stackMap.get(event.stack) ?? emptyStack(event.stack);
			const still = event.up ? {} : { downSince: downSince ?? draft.at };
			draft.stackMap.set(event.stack, { ...old, downtimeMs: event.ms, ...still });
			return;
		}
		case 'snapshot':
			change(draft, event.stack, () => ({ snapshot: event.id, addedBytes: event.addedBytes }));
			note(draft, event, event.partial ? 'warn' : 'info');
			return;
		case 'command':
			note(draft, event, event.exitCode === 0 || event.dryRun === true ? 'info' : 'warn');
			return;
		case 'message':
			if (event.level !== 'debug') note(draft, event, event.level);
			return;
		case 'guard':
			draft.guards = [
				...draft.guards.filter(
					(guard) => guard.remote !== event.remote || guard.text !== guardInWords(event.guard),
				),
				{ remote: event.remote, text: guardInWords(event.guard), ok: event.ok },
			];
			if (!event.ok) note(draft, event, 'error');
			return;
		case 'attempt':
			draft.attempt = { remote: event.remote, attempt: event.attempt, of: event.of };
			if (event.problem !== undefined) note(draft, event, 'warn');
			return;
		case 'restore-end':
			change(draft, event.stack, () => ({
				outcome: event.ok ? 'ok' : 'failed',
				...(event.downtimeMs > 0 ? { downtimeMs: event.downtimeMs } : {}),
				...(event.where === undefined ? {} : { where: event.where }),
			}));
			note(draft, event, event.ok ? 'info' : 'error');
			return;
		case 'sync-end':
			note(draft, event, event.ok ? 'info' : 'error');
			return;
		case 'interrupted':
			draft.interrupted = event.signal;
			note(draft, event, 'warn');
			return;
		case 'run-end':
			draft.endedAt = draft.at;
			draft.exitCode = event.exitCode;
			draft.problems = event.problems;
			delete draft.progress;
			// What went wrong is counted where it did.
			draft.newLog.push({ at: draft.at, level: event.exitCode === 0 ? 'info' : 'error', event });
			draft.errors = Math.max(draft.errors, event.problems.length);
			return;
		case 'shrink':
		case 'not-quiesced':
			note(draft, event, 'error');
			return;
		case 'recovered':
			note(draft, event, event.ok ? 'warn' : 'error');
			return;
		case 'lock-wait':
			note(draft, event, 'warn');
			return;
		case 'coverage':
			if (event.missing > 0) note(draft, event, 'warn');
			return;
	}
}

function startPhase(draft: Draft, event: Extract<RunEvent, { type: 'phase-start' }>): void {
	const started: PhaseView = { phase: event.phase, start: draft.at };
	if (event.stack !== undefined) {
		change(draft, event.stack, (old) => ({ started: true, phases: [...old.phases, started] }));
	} else {
		draft.others = [
			...draft.others,
			{ ...started, ...(event.target === undefined ? {} : { target: event.target }) },
		];
	}
	if (movesData.includes(event.phase)) Object.assign(draft, noRates);
}

function finishPhase(draft: Draft, event: Extract<RunEvent, { type: 'phase-end' }>): void {
	const end = { end: draft.at, ok: event.ok, ms: event.ms };
	if (event.stack !== undefined) {
		change(draft, event.stack, (old) => ({
			phases: endPhase(old.phases, (phase) => phase.phase === event.phase, end),
		}));
	} else {
		draft.others = endPhase(
			draft.others,
			(phase) => phase.phase === event.phase && phase.target === event.target,
			end,
		);
	}
	if (draft.progress?.phase === event.phase && draft.progress.stack === event.stack) delete draft.progress;
	if (!event.ok) note(draft, event, 'error');
}
