import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from './events.ts';
import { loadRun } from './read-runs.ts';
import { eventsFile } from './run-files.ts';
import { isEvent } from './well-formed.ts';

const pollMs = 150;
const chunkBytes = 256 * 1024;

/** Makes events of the bytes of an events file; a last line that is not whole yet (or was cut by a crash) waits. */
class EventDecoder {
	readonly #decoder = new StringDecoder('utf8');
	#rest = '';

	/** @returns the events whose lines are whole now; unreadable lines are left out */
	push(bytes: Buffer): RunEvent[] {
		const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
		this.#rest = lines.pop() ?? '';
		return lines.flatMap(parseEvent);
	}
}

/** Reads an events file piece by piece. */
export class EventReader {
	readonly #path: string;
	readonly #decoder = new EventDecoder();
	#descriptor: number | undefined;
	#position = 0;

	constructor(path: string) {
		this.#path = path;
	}

	/** @returns events appended since the last call, at most about 256 KiB of them */
	read(): RunEvent[] {
		try {
			this.#descriptor ??= openSync(this.#path, 'r');
		} catch {
			return [];
		}
		const size = fstatSync(this.#descriptor).size;
		if (size <= this.#position) return [];
		const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - this.#position));
		const count = readSync(this.#descriptor, buffer, 0, buffer.length, this.#position);
		this.#position += count;
		return this.#decoder.push(buffer.subarray(0, count));
	}

	close(): void {
		if (this.#descriptor !== undefined) closeSync(this.#descriptor);
		this.#descriptor = undefined;
	}
}

function parseEvent(line: string): RunEvent[] {
	try {
		const event: unknown = JSON.parse(line);
		return isEvent(event) ? [event] : [];
	} catch {
		return [];
	}
}

/** The same without holding up anything else: the UI follows runs, and its disk may be slow. */
function readPieces(path: string) {
	const decoder = new EventDecoder();
	let handle: FileHandle | undefined;
	let position = 0;
	return {
		/** @returns undefined at the end of what is there now */
		next: async (): Promise<RunEvent[] | undefined> => {
			handle ??= await open(path, 'r').catch(() => undefined);
			if (handle === undefined) return undefined;
			const { buffer, bytesRead } = await handle.read(
				Buffer.allocUnsafe(chunkBytes),
				0,
				chunkBytes,
				position,
			);
			position += bytesRead;
			return bytesRead === 0 ? undefined : decoder.push(buffer.subarray(0, bytesRead));
		},
		close: async () => {
			await handle?.close();
		},
	};
}

/**
 * Hands out a run's events from its file, then follows it live until the run ends or its process is gone.
 *
 * @returns true when the run ended properly, false when it crashed or `signal` aborted first
 */
export async function followRun(
	stateDir: string,
	id: string,
	onEvents: (events: RunEvent[]) => void,
	signal?: AbortSignal,
): Promise<boolean> {
	const pieces = readPieces(eventsFile(stateDir, id));
	try {
		for (;;) {
			if (signal?.aborted) return false;
			const status = (await loadRun(stateDir, id))?.status;
			for (let events = await pieces.next(); events !== undefined; events = await pieces.next()) {
				if (signal?.aborted) return false;
				if (events.length > 0) onEvents(events);
				if (events.some((event) => event.type === 'run-end')) return true;
				// Let others have a turn between pieces of a long history.
				await delay(0);
			}
			if (status !== 'running') return status === 'ended';
			await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
		}
	} finally {
		await pieces.close();
	}
}
