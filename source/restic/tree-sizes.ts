import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { findArgs } from './args.ts';
import { count, type Message } from './messages.ts';
import { readTimeoutMs, type Session } from './session.ts';
import type { CallOptions, TreeSize } from './types.ts';

/**
 * Where the next entry begins. `find` tells all of them in one line; within a JSON string a quote is escaped, so that this is
 * never part of a name.
 */
const entryBegins = '{"path":';
/** What follows the last entry of a snapshot; never part of a name either. */
const snapshotEnds = '],"hits":';
const ending = /^\],"hits":(\d+),"snapshot":"([0-9a-f]{64})"\}[,\]]?/;
/** An entry is its path, at most 4 KiB escaped, and a few numbers; extended attributes are not told. */
const longestEntry = 1024 * 1024;

/** Adds up restic's `find --json`, snapshot by snapshot. What it does not understand makes it know nothing. */
export class FoundSizes {
	readonly #sizes = new Map<string, TreeSize>();
	#rest = '';
	#first = true;
	#odd = false;
	#entries = 0;
	#files = 0;
	#bytes = 0;

	write(text: string): void {
		if (this.#odd) return;
		const records = (this.#rest + text).split(entryBegins);
		this.#rest = records.pop() ?? '';
		for (const record of records) this.#take(record);
		if (this.#rest.length > longestEntry) this.#odd = true;
	}

	/** To be asked when restic has ended. @returns sizes by the full id of the snapshot; empty when anything was odd */
	sizes(): ReadonlyMap<string, TreeSize> {
		this.#take(this.#rest);
		this.#rest = '';
		return this.#odd || this.#entries > 0 ? new Map() : this.#sizes;
	}

	#take(record: string): void {
		// What comes before the first entry: `[{"matches":[`.
		if (this.#first) {
			this.#first = false;
			return;
		}
		const end = record.lastIndexOf(snapshotEnds);
		const entry = end === -1 ? record.replace(/,$/, '') : record.slice(0, end);
		try {
			const { type, size } = JSON.parse(entryBegins + entry) as Message;
			this.#entries += 1;
			if (type === 'file') {
				this.#files += 1;
				this.#bytes += count(size);
			}
			if (end !== -1) this.#endSnapshot(record.slice(end));
		} catch {
			this.#odd = true;
		}
	}

	#endSnapshot(text: string): void {
		const [, hits, id] = ending.exec(text) ?? [];
		if (id === undefined || Number(hits) !== this.#entries) this.#odd = true;
		else this.#sizes.set(id, { files: this.#files, bytes: this.#bytes });
		this.#entries = 0;
		this.#files = 0;
		this.#bytes = 0;
	}
}

/**
 * Lists several snapshots at once, each as `ls` would: one call opens the repository once, which is half a second.
 *
 * @param ids full ids
 * @returns how much each lists; without those that were not told whole, none at all when a directory could not be read:
 *   restic goes on then and exits with 0. `ls` says more of them.
 */
export async function treeSizes(
	session: Session,
	ids: readonly string[],
	call: CallOptions = {},
): Promise<ReadonlyMap<string, TreeSize>> {
	const found = new FoundSizes();
	const decoder = new StringDecoder('utf8');
	const sink = new Writable({
		write: (chunk: Buffer, _encoding, done) => {
			found.write(decoder.write(chunk));
			done();
		},
	});
	const { stderr } = await session.run({
		operation: 'read',
		args: findArgs(ids),
		lock: 'none',
		timeoutMs: readTimeoutMs * ids.length,
		...call,
		command: { stdoutTo: sink },
	});
	return stderr.includes('Unable to load') ? new Map() : found.sizes();
}
