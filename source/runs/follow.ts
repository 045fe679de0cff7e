import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from './events.ts';
import { eventsFile, readRun } from './run-files.ts';
import { isEvent } from './well-formed.ts';

const pollMs = 150;
const chunkBytes = 256 * 1024;

/** Reads an events file piece by piece; a last line that is not whole yet (or was cut by a crash) waits. */
export class EventReader {
	readonly #path: string;
	readonly #decoder = new StringDecoder('utf8');
	#descriptor: number | undefined;
	#position = 0;
	#rest = '';

	constructor(path: string) {
		this.#path = path;
	}

	/** @returns events appended since the last call, at most about 256 KiB of them; unreadable lines are left out */
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
		const lines = (this.#rest + this.#decoder.write(buffer.subarray(0, count))).split('\n');
		this.#rest = lines.pop() ?? '';
		return lines.flatMap(parseEvent);
	}

	/** True when all that was in the file at the last look has been handed out. */
	get atEnd(): boolean {
		return this.#descriptor === undefined || fstatSync(this.#descriptor).size <= this.#position;
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
	const reader = new EventReader(eventsFile(stateDir, id));
	try {
		for (;;) {
			if (signal?.aborted) return false;
			const status = readRun(stateDir, id)?.status;
			for (let events = reader.read(); events.length > 0; events = reader.read()) {
				onEvents(events);
				if (events.some((event) => event.type === 'run-end')) return true;
				if (signal?.aborted) return false;
				// Let others have a turn between pieces of a long history.
				await delay(0);
			}
			if (status !== 'running') return status === 'ended';
			await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
		}
	} finally {
		reader.close();
	}
}
