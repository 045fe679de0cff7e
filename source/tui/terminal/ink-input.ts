import { EventEmitter } from 'node:events';

const sequences: Readonly<Record<string, string>> = {
	up: '\u001b[A',
	down: '\u001b[B',
	enter: '\r',
	escape: '\u001b',
	space: ' ',
	tab: '\t',
};

/**
 * What Ink takes for the terminal's input. The real one has one owner (`ownInput`); this one hands single keys on to
 * the Ink widgets that read keys themselves, one at a time: ink-select-input acts on the wrong item when several keys
 * arrive in one piece.
 */
export class InkInput extends EventEmitter {
	readonly isTTY = true;
	#chunks: string[] = [];
	#queue: string[] = [];
	#busy = false;

	/** Gives Ink one key; the next follows when the screen has taken this one in. */
	feed(key: string): void {
		this.#queue.push(sequences[key] ?? key);
		this.#next();
	}

	#next(): void {
		if (this.#busy) return;
		const chunk = this.#queue.shift();
		if (chunk === undefined) return;
		this.#busy = true;
		this.#chunks.push(chunk);
		this.emit('readable');
		setImmediate(() => {
			this.#busy = false;
			this.#next();
		});
	}

	read(): string | null {
		return this.#chunks.shift() ?? null;
	}

	setEncoding(): this {
		return this;
	}
	setRawMode(): this {
		return this;
	}
	resume(): this {
		return this;
	}
	pause(): this {
		return this;
	}
	ref(): this {
		return this;
	}
	unref(): this {
		return this;
	}
}
