import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { makePrivateDirectory, writeDurably } from '../../runs/files.ts';
import { entryFile, type JournalEntry } from '../../runs/journal.ts';

/** Beside the entry, for its owner only: it holds the compose configuration with its secrets. */
const recordFile = (directory: string, stack: string) =>
	entryFile(directory, stack).replace(/json$/, 'record');

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Keeps what a stack is to be brought back from. On disk and fsynced when this returns.
 *
 * @returns its checksum, for the entry: a record without one belongs to nothing
 * @throws state-dir-unwritable, no-space
 */
export function writeRecord(directory: string, stack: string, record: unknown): string {
	const text = JSON.stringify(record);
	makePrivateDirectory(directory);
	writeDurably(recordFile(directory, stack), text);
	return sumOf(text);
}

/** @returns what was kept with the entry; undefined when nothing was, `damaged` when it is not there or not the same */
export function readRecord(directory: string, entry: JournalEntry<unknown>): unknown {
	if (entry.record === undefined) return undefined;
	try {
		const text = readFileSync(recordFile(directory, entry.stack), 'utf8');
		return sumOf(text) === entry.record ? JSON.parse(text) : 'damaged';
	} catch {
		return 'damaged';
	}
}

export function removeRecord(directory: string, stack: string): void {
	rmSync(recordFile(directory, stack), { force: true });
}
