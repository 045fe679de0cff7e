import { count, type Message, parseMessage, text, textList } from './messages.ts';
import type { BackupProgress, BackupSummary, FileError } from './types.ts';

/** What an error is called about which restic says nothing. */
export const unexplained = 'could not be read';

const mostErrors = 1_000;
/** restic's "I cannot tell" is 2^63 seconds. */
const longestEstimate = 365 * 24 * 3600;

/** @param message a `summary` of `backup --json`, or the `summary` of a snapshot */
export function parseSummary(message: Message): BackupSummary {
	return {
		filesNew: count(message.files_new),
		filesChanged: count(message.files_changed),
		filesUnmodified: count(message.files_unmodified),
		directoriesNew: count(message.dirs_new),
		directoriesChanged: count(message.dirs_changed),
		directoriesUnmodified: count(message.dirs_unmodified),
		addedBytes: count(message.data_added),
		...(message.data_added_packed === undefined
			? {}
			: { addedBytesPacked: count(message.data_added_packed) }),
		totalFiles: count(message.total_files_processed),
		totalBytes: count(message.total_bytes_processed),
	};
}

function parseProgress(message: Message): BackupProgress {
	const secondsLeft = count(message.seconds_remaining);
	return {
		bytesDone: count(message.bytes_done),
		bytesTotal: count(message.total_bytes),
		filesDone: count(message.files_done),
		filesTotal: count(message.total_files),
		...(secondsLeft > 0 && secondsLeft < longestEstimate ? { secondsLeft } : {}),
		currentFiles: textList(message.current_files),
	};
}

const errnoNames: Readonly<Record<number, string>> = {
	1: 'operation not permitted',
	2: 'no such file or directory',
	5: 'input/output error',
	13: 'permission denied',
	20: 'not a directory',
	28: 'no space left on device',
};

/** Errors are `{message}` in restic 0.15 and newer; older ones give Go's `{Op, Path, Err}`, or nothing at all. */
export function parseFileError(message: Message): FileError {
	const error = (message.error ?? {}) as Message;
	const number = typeof error.Err === 'number' ? error.Err : 0;
	const told = text(error.message) || [text(error.Op), errnoNames[number] ?? ''].filter(Boolean).join(': ');
	return {
		path: text(message.item) || text(error.Path),
		message: told || unexplained,
		during: text(message.during),
	};
}

const skippedSource = /^(.*) does not exist, skipping$/;

/** How restic begins a line of progress, of which it writes up to 60 a second; more than these a second tell nobody more. */
const statusStart = '{"message_type":"status"';
const statusEveryMs = 50;

/** Collects what one `backup --json` says. Memory does not grow with the number of messages. */
export class BackupReader {
	snapshotId = '';
	summary: BackupSummary | undefined;
	errorCount = 0;
	/** Sources that were not there: an exit code of their own only in newer versions. */
	missingSources = 0;
	readonly errors: FileError[] = [];
	readonly #onProgress: ((progress: BackupProgress) => void) | undefined;
	readonly #onError: ((error: FileError) => void) | undefined;

	readonly #now: () => number;
	#nextStatus = Number.NEGATIVE_INFINITY;

	/** @param now in ms, never going back */
	constructor(
		onProgress?: (progress: BackupProgress) => void,
		onError?: (error: FileError) => void,
		now: () => number = () => performance.now(),
	) {
		this.#onProgress = onProgress;
		this.#onError = onError;
		this.#now = now;
	}

	/** Takes a line of either output. */
	line(line: string): void {
		if (line.startsWith(statusStart) && !this.#isStatusDue()) return;
		const message = parseMessage(line);
		if (message === undefined) this.#textLine(line);
		else if (message.message_type === 'status') this.#onProgress?.(parseProgress(message));
		else if (message.message_type === 'error') this.#error(parseFileError(message));
		else if (message.message_type === 'summary') {
			this.snapshotId = text(message.snapshot_id);
			this.summary = parseSummary(message);
		}
	}

	#isStatusDue(): boolean {
		const now = this.#now();
		if (this.#onProgress === undefined || now < this.#nextStatus) return false;
		this.#nextStatus = now + statusEveryMs;
		return true;
	}

	#textLine(line: string): void {
		const path = skippedSource.exec(line)?.[1];
		if (path === undefined) return;
		this.missingSources += 1;
		this.#error({ path, message: 'does not exist', during: 'scan' });
	}

	#error(error: FileError): void {
		this.errorCount += 1;
		if (this.errors.length < mostErrors) this.errors.push(error);
		this.#onError?.(error);
	}
}
