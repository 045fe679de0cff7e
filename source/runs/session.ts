import type { ProcessRunner } from '../process/command.ts';
import { createRedactor } from '../process/redact.ts';
import { createProcessRunner } from '../process/run.ts';
import { createDutyListener, pruneDuties } from './duties.ts';
import { createEventBus, type EventListener } from './event-bus.ts';
import type { Emit } from './events.ts';
import { createHistoryListener, pruneHistory } from './history.ts';
import { createRunFiles, pruneRuns, type RunWriter } from './run-files.ts';
import { newRunId } from './run-id.ts';

export interface SessionOptions {
	/** The run's id where the starter has chosen it; must not have been used. */
	readonly id: string | undefined;
	readonly stateDir: string;
	readonly logDir: string;
	readonly logLevel: string;
	readonly keepRuns: number;
	readonly keepRunDays: number;
	readonly secrets: readonly string[];
	readonly command: string;
	readonly arguments: readonly string[];
	/** Names of stacks or remotes that were asked for; empty = all of them. */
	readonly subjects: readonly string[];
	/** manual, timer, ui */
	readonly trigger: string;
	readonly version: string;
	/** Nothing is written to disk then: no run files, no history. */
	readonly dryRun: boolean;
	readonly listeners: readonly EventListener[];
	/** It only brings up what is down: a full disk, on which no run can be written down, must not keep it from that. */
	readonly onlyStarts: boolean;
	readonly now: () => Date;
}

/** One run: its id, its events, its process runner, its files. */
export interface Session {
	readonly id: string;
	readonly dryRun: boolean;
	readonly emit: Emit;
	readonly runner: ProcessRunner;
	readonly startedAt: number;
	subscribe(listener: EventListener): () => void;
	close(): void;
}

/**
 * Opens a run: files first (so that an unwritable state directory ends it before anything is touched), then
 * `run-start`.
 *
 * @throws state-dir-unwritable, no-space; usage for an id that was used
 */
export function openSession(options: SessionOptions): Session {
	const id = options.id ?? newRunId(options.now());
	const bus = createEventBus(id, options.now);
	const redact = createRedactor(options.secrets);
	for (const listener of options.listeners) bus.subscribe(listener);
	const onWriteFailure = (error: unknown) => {
		const text = `the run's files cannot be written: ${error instanceof Error ? error.message : String(error)}`;
		for (const listener of options.listeners) {
			listener({
				v: 1,
				ts: options.now().toISOString(),
				run: id,
				seq: 0,
				type: 'message',
				level: 'warn',
				text,
			});
		}
	};
	const files = options.dryRun ? undefined : openFiles(options, id, onWriteFailure);
	if (files !== undefined) {
		bus.subscribe(files.listener);
		if (options.command === 'backup') bus.subscribe(createHistoryListener(options.stateDir));
		bus.subscribe(createDutyListener(options.stateDir, options));
	}
	const runner = createProcessRunner({
		cookie: id,
		onEnd: (command, result) => {
			if (command.readOnly) return;
			bus.emit({
				type: 'command',
				tool: command.tool,
				argv: [command.file, ...command.args].map(redact),
				exitCode: result.exitCode,
				ms: Math.round(result.durationMs),
				...(command.stack === undefined ? {} : { stack: command.stack }),
			});
		},
	});
	bus.emit({
		type: 'run-start',
		command: options.command,
		version: options.version,
		pid: process.pid,
		trigger: options.trigger,
		dryRun: options.dryRun,
		arguments: [...options.arguments],
	});
	return {
		id,
		dryRun: options.dryRun,
		emit: bus.emit,
		runner,
		startedAt: performance.now(),
		subscribe: bus.subscribe,
		close: () => {
			files?.close();
			if (!options.dryRun) {
				pruneRuns(options, options.now());
				pruneHistory(options.stateDir);
				pruneDuties(options.stateDir);
			}
		},
	};
}

/** @returns undefined for a run that does without */
function openFiles(
	options: SessionOptions,
	id: string,
	onFailure: (error: unknown) => void,
): RunWriter | undefined {
	const { stateDir, logDir, logLevel: level, command, trigger, dryRun } = options;
	const startedAt = options.now().toISOString();
	const record = { id, command, arguments: options.arguments, trigger, dryRun, startedAt };
	try {
		return createRunFiles({ stateDir, logDir, level }, record, onFailure);
	} catch (error) {
		if (!options.onlyStarts) throw error;
		onFailure(error);
		return undefined;
	}
}
