import {
	closeSync,
	constants,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { BackupTuiError } from '../errors.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../process/proc.ts';
import { describeEvent } from './describe.ts';
import type { EventListener } from './event-bus.ts';
import type { RunEvent } from './events.ts';
import {
	keepRoom,
	makePrivateDirectory,
	removeAbandoned,
	stateWriteError,
	writeDurably,
	writeIntoRoom,
} from './files.ts';
import { isRunId } from './run-id.ts';

/** `run.json`: who runs what. */
export interface RunRecord extends ProcessIdentity {
	readonly v: 1;
	readonly id: string;
	readonly command: string;
	readonly arguments: readonly string[];
	readonly trigger: string;
	readonly dryRun: boolean;
	/** ISO time, UTC. */
	readonly startedAt: string;
	/** Names of stacks or remotes that were asked for; absent or empty: all of them. */
	readonly subjects?: readonly string[];
}

/** `summary.json`: how it ended; absent while it runs, and for ever when it was killed. */
export interface RunSummary {
	readonly exitCode: number;
	readonly endedAt: string;
	readonly ms: number;
	readonly ok: number;
	readonly failed: number;
	readonly skipped: number;
	readonly addedBytes: number;
	readonly downtimeMs: number;
	/** First problem, for one-line displays. */
	readonly problem?: string;
	/** Its error code; absent in summaries of earlier versions. */
	readonly code?: string;
}

export interface RunInfo extends RunRecord {
	/** `crashed`: the process is gone and left no summary. */
	readonly status: 'running' | 'ended' | 'crashed';
	readonly summary?: RunSummary;
}

export const eventsFile = (stateDir: string, run: string) => join(stateDir, 'runs', run, 'events.ndjson');
export const logFile = (logDir: string, run: string) => join(logDir, `${run}.log`);

/** Room for the summary: a run that ended on a full disk is none that was killed. */
const summaryRoom = 'summary.room';

const appendFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** A file that takes what fits: when the disk is full the run goes on without it, and says so once. */
class AppendFile {
	readonly #descriptor: number;
	readonly #onFailure: (error: unknown) => void;
	#failed = false;

	constructor(path: string, onFailure: (error: unknown) => void) {
		try {
			this.#descriptor = openSync(path, appendFlags, 0o600);
		} catch (error) {
			throw stateWriteError(path, error);
		}
		this.#onFailure = onFailure;
	}

	write(text: string): void {
		try {
			writeSync(this.#descriptor, text);
			this.#failed = false;
		} catch (error) {
			if (!this.#failed) this.#onFailure(error);
			this.#failed = true;
		}
	}

	close(): void {
		closeSync(this.#descriptor);
	}
}

export interface RunWriter {
	readonly listener: EventListener;
	close(): void;
}

/**
 * Creates a run's files: `run.json`, `events.ndjson`, the log. The listener appends every event to both and writes
 * `summary.json` at the end.
 *
 * @throws state-dir-unwritable, no-space; usage for an id that was used
 */
export function createRunFiles(
	options: { readonly stateDir: string; readonly logDir: string; readonly level: string },
	record: Omit<RunRecord, 'v' | 'pid' | 'startTime' | 'bootId'>,
	onFailure: (error: unknown) => void,
): RunWriter {
	const folder = join(options.stateDir, 'runs', record.id);
	makePrivateDirectory(join(options.stateDir, 'runs'));
	makeRunFolder(folder, record.id);
	makePrivateDirectory(options.logDir);
	const full: RunRecord = { v: 1, ...ownIdentity(), ...record };
	writeDurably(join(folder, 'run.json'), `${JSON.stringify(full)}\n`);
	keepRoom(join(folder, summaryRoom), 1);
	const events = new AppendFile(join(folder, 'events.ndjson'), onFailure);
	const log = new AppendFile(logFile(options.logDir, record.id), onFailure);
	const logger = pino(
		{
			level: options.level,
			base: { run: record.id },
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
		},
		log,
	);
	return {
		listener: (event) => {
			events.write(`${JSON.stringify(event)}\n`);
			const described = describeEvent(event);
			logger[described?.level ?? 'debug'](logged(event), described?.text ?? event.type);
			if (event.type === 'run-end') writeSummary(folder, event);
		},
		close: () => {
			events.close();
			log.close();
		},
	};
}

/** Makes the folder of a run. One that is there belongs to another run: an id is used once. */
function makeRunFolder(folder: string, id: string): void {
	try {
		mkdirSync(folder, { mode: 0o700 });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw stateWriteError(folder, error);
		throw new BackupTuiError('usage', `the run ID ${id} is already used`, {
			hint: `backup-tui logs ${id}`,
		});
	}
}

/** What of an event goes into its line of the log: its time, run and level are pino's. */
function logged(event: RunEvent): object {
	const { v: _v, ts: _ts, run: _run, seq: _seq, ...body } = event;
	if (body.type !== 'message') return body;
	const { level: _level, ...rest } = body;
	return rest;
}

function writeSummary(folder: string, event: Extract<RunEvent, { type: 'run-end' }>): void {
	const [first] = event.problems;
	const summary: RunSummary = {
		exitCode: event.exitCode,
		endedAt: event.ts,
		ms: event.ms,
		ok: event.ok,
		failed: event.failed,
		skipped: event.skipped,
		addedBytes: event.addedBytes,
		downtimeMs: event.downtimeMs,
		...(first === undefined ? {} : { problem: first.message, code: first.code }),
	};
	const text = `${JSON.stringify(summary)}\n`;
	const [room, file] = [join(folder, summaryRoom), join(folder, 'summary.json')];
	if (writeIntoRoom(room, text)) renameSync(room, file);
	else writeDurably(file, text);
}

function readJson<T>(path: string): T | undefined {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as T;
	} catch {
		return undefined;
	}
}

/** @returns one run as its files tell, or undefined when there is none of that id */
export function readRun(stateDir: string, id: string): RunInfo | undefined {
	if (!isRunId(id)) return undefined;
	const folder = join(stateDir, 'runs', id);
	const record = readJson<RunRecord>(join(folder, 'run.json'));
	if (record === undefined || typeof record.id !== 'string') return undefined;
	const summary = readJson<RunSummary>(join(folder, 'summary.json'));
	if (summary !== undefined) return { ...record, status: 'ended', summary };
	return { ...record, status: isAlive(record) ? 'running' : 'crashed' };
}

/** @returns ids of all runs on disk, newest first */
function listRunIds(stateDir: string): string[] {
	try {
		return readdirSync(join(stateDir, 'runs')).filter(isRunId).sort().reverse();
	} catch {
		return [];
	}
}

/** @returns the newest runs, newest first */
export function listRuns(stateDir: string, limit = 50): RunInfo[] {
	return listRunIds(stateDir)
		.slice(0, limit)
		.flatMap((id) => readRun(stateDir, id) ?? []);
}

/** Removes old runs and their logs beyond `keepRuns` or older than `keepDays`, and what a killed one was just writing; never one that is running. */
export function pruneRuns(
	options: {
		readonly stateDir: string;
		readonly logDir: string;
		readonly keepRuns: number;
		readonly keepRunDays: number;
	},
	now: Date,
): void {
	const oldest = now.getTime() - options.keepRunDays * 86_400_000;
	listRunIds(options.stateDir).forEach((id, index) => {
		const run = readRun(options.stateDir, id);
		if (run?.status === 'running') return;
		if (run?.status !== 'ended') removeAbandoned(join(options.stateDir, 'runs', id));
		const tooOld = options.keepRunDays > 0 && run !== undefined && Date.parse(run.startedAt) < oldest;
		if (index < options.keepRuns && !tooOld) return;
		rmSync(join(options.stateDir, 'runs', id), { recursive: true, force: true });
		rmSync(logFile(options.logDir, id), { force: true });
	});
}
