import { StringDecoder } from 'node:string_decoder';

const longestLine = 1024 * 1024;

/** Cuts a byte stream into lines: constant memory, whatever the input. A line past 1 MiB is cut, its rest dropped. */
export class LineSplitter {
	readonly #decoder = new StringDecoder('utf8');
	readonly #onLine: (line: string) => void;
	#rest = '';
	#skipping = false;

	constructor(onLine: (line: string) => void) {
		this.#onLine = onLine;
	}

	write(chunk: Buffer): void {
		this.#take(this.#decoder.write(chunk));
	}

	/** Hands out a last line that has no line end. */
	end(): void {
		this.#take(this.#decoder.end());
		if (this.#rest !== '' && !this.#skipping) this.#onLine(this.#rest);
		this.#rest = '';
	}

	#take(text: string): void {
		let start = 0;
		for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', start)) {
			const line = this.#rest + text.slice(start, at);
			this.#rest = '';
			if (!this.#skipping) this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
			this.#skipping = false;
			start = at + 1;
		}
		if (this.#skipping) return;
		this.#rest += text.slice(start);
		if (this.#rest.length > longestLine) {
			this.#onLine(this.#rest.slice(0, longestLine));
			this.#rest = '';
			this.#skipping = true;
		}
	}
}

/** Keeps the tail of a byte stream, at most `limit` bytes. */
export class TailBuffer {
	readonly #limit: number;
	#chunks: Buffer[] = [];
	#size = 0;

	constructor(limit: number) {
		this.#limit = limit;
	}

	write(chunk: Buffer): void {
		this.#chunks.push(chunk);
		this.#size += chunk.length;
		while (this.#size > this.#limit && this.#chunks.length > 1) {
			const first = this.#chunks[0] as Buffer;
			if (this.#size - first.length < this.#limit) break;
			this.#chunks.shift();
			this.#size -= first.length;
		}
	}

	text(): string {
		const all = Buffer.concat(this.#chunks);
		return all.subarray(Math.max(0, all.length - this.#limit)).toString('utf8');
	}
}
