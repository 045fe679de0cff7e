import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

const chunkBytes = 1 << 20;
const newline = 0x0a;
/** Where the level's first letter stands in a line of pino: `{"level":"info",...`. */
const levelOffset = 10;

/** Numbers that grow in place: an array of a million boxed numbers would cost ten times as much. */
class Numbers<T extends Float64Array | Uint32Array> {
	#values: T;
	length = 0;
	readonly #make: (length: number) => T;

	constructor(make: (length: number) => T) {
		this.#make = make;
		this.#values = make(1024);
	}

	push(value: number): void {
		if (this.length === this.#values.length) {
			const larger = this.#make(this.length * 2);
			larger.set(this.#values);
			this.#values = larger;
		}
		this.#values[this.length] = value;
		this.length += 1;
	}

	at(index: number): number {
		return this.#values[index] as number;
	}
}

function rankOf(letter: number | undefined): number {
	if (letter === 0x65 || letter === 0x66) return ranks.error;
	if (letter === 0x77) return ranks.warn;
	return letter === 0x69 ? ranks.info : ranks.debug;
}

/**
 * A log file as line numbers: only offsets are held (about 20 bytes a line), lines are read when they are seen. Grows
 * with the file.
 */
export class LogIndex {
	readonly #path: string;
	#file: FileHandle | undefined;
	#size = 0;
	/** Offset of each whole line; one more for the end of the last. */
	readonly #offsets = new Numbers((length) => new Float64Array(length));
	readonly #byLevel = [1, 2, 3].map(() => new Numbers((length) => new Uint32Array(length)));
	#lineStart = 0;
	#lineRank = ranks.debug;

	constructor(path: string) {
		this.#path = path;
		this.#offsets.push(0);
	}

	/** Number of lines of at least this level. */
	count(level: LogLevel): number {
		return level === 'debug' ? this.#offsets.length - 1 : (this.#byLevel[ranks[level] - 1]?.length ?? 0);
	}

	/** @returns the line's number in the whole file */
	#lineNumber(level: LogLevel, index: number): number {
		return level === 'debug' ? index : (this.#byLevel[ranks[level] - 1]?.at(index) ?? 0);
	}

	/**
	 * Takes in what was appended since the last call, piece by piece so that keys are served in between.
	 *
	 * @returns true when there are new lines
	 */
	async grow(signal: AbortSignal): Promise<boolean> {
		try {
			this.#file ??= await open(this.#path, 'r');
		} catch {
			return false;
		}
		const before = this.#offsets.length;
		const buffer = Buffer.allocUnsafe(chunkBytes);
		while (!signal.aborted) {
			const { bytesRead } = await this.#file.read(buffer, 0, chunkBytes, this.#size);
			if (bytesRead === 0) break;
			this.#scan(buffer.subarray(0, bytesRead));
			if (bytesRead < chunkBytes) break;
			await nextTurn();
		}
		return this.#offsets.length !== before;
	}

	#scan(chunk: Buffer): void {
		let start = 0;
		const base = this.#size;
		const noteRank = (from: number, to: number) => {
			const at = this.#lineStart + levelOffset - base;
			if (at >= from && at < to) this.#lineRank = rankOf(chunk[at]);
		};
		for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
			noteRank(start, end);
			const line = this.#offsets.length - 1;
			for (let rank = 1; rank <= this.#lineRank; rank += 1) this.#byLevel[rank - 1]?.push(line);
			start = end + 1;
			this.#lineStart = base + start;
			this.#lineRank = ranks.debug;
			this.#offsets.push(this.#lineStart);
		}
		noteRank(start, chunk.length);
		this.#size = base + chunk.length;
	}

	/** @returns the raw lines `from` .. `from + count` among those of at least `level` */
	async read(level: LogLevel, from: number, count: number): Promise<string[]> {
		const lines: string[] = [];
		const last = Math.min(this.count(level), from + count);
		for (let index = Math.max(0, from); index < last; index += 1) {
			const number = this.#lineNumber(level, index);
			// Neighbours are read in one go.
			let end = index;
			while (end + 1 < last && this.#lineNumber(level, end + 1) === number + (end + 1 - index)) end += 1;
			const text = await this.#text(
				this.#offsets.at(number),
				this.#offsets.at(number + (end - index) + 1) - 1,
			);
			lines.push(...text.split('\n'));
			index = end;
		}
		return lines;
	}

	async #text(start: number, end: number): Promise<string> {
		if (this.#file === undefined || end <= start) return '';
		const buffer = Buffer.allocUnsafe(end - start);
		const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, start);
		return buffer.toString('utf8', 0, bytesRead);
	}

	/**
	 * @returns the number of the next line (after or before `from`) that holds `text`, whatever the case; goes round at
	 * the ends; -1 when there is none
	 */
	async find(
		level: LogLevel,
		text: string,
		from: number,
		direction: 1 | -1,
		signal: AbortSignal,
	): Promise<number> {
		const total = this.count(level);
		const wanted = text.toLowerCase();
		const batch = 2000;
		for (let done = 0; done < total && !signal.aborted; ) {
			const size = Math.min(batch, total - done);
			const first =
				direction === 1 ? (from + 1 + done) % total : (((from - done - size) % total) + total) % total;
			const room = Math.min(size, total - first);
			const lines = await this.read(level, first, room);
			const hit = direction === 1 ? lines.findIndex(has) : lines.findLastIndex(has);
			if (hit >= 0) return first + hit;
			// The batch ran into the end of the file: the rest of it begins at the top.
			done += room;
			await nextTurn();
		}
		return -1;

		function has(line: string): boolean {
			return line.toLowerCase().includes(wanted);
		}
	}

	async close(): Promise<void> {
		await this.#file?.close().catch(() => {});
		this.#file = undefined;
	}
}
