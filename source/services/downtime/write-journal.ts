import {
	closeSync,
	constants,
	fsyncSync,
	ftruncateSync,
	linkSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import {
	makePrivateDirectory,
	removeDurably,
	stateWriteError,
	syncDirectory,
	writeDurably,
} from '../../runs/files.ts';
import { entryFile, type JournalEntry } from '../../runs/journal.ts';
import { removeRecord } from './record-file.ts';

/** Files of one entry beside it: room for its next text, and the old text while the two change places. */
const reserveOf = (file: string) => file.replace(/json$/, 'reserve');
const formerOf = (file: string) => file.replace(/json$/, 'former');

const block = 4096;

/** Twice what is needed now, in whole blocks: the next text names more. */
function paddedText(entry: JournalEntry<unknown>, least = 0): Buffer {
	const text = Buffer.from(`${JSON.stringify(entry, undefined, '\t')}\n`);
	// Blanks after a JSON text are no part of it.
	return Buffer.concat([text], Math.max(text.length, least)).fill('\n', text.length);
}

/**
 * Writes what a stack is owed. On disk and fsynced when this returns: call it before the stack is touched.
 *
 * @param reserve also keep room on the disk for a later text, so that a full disk cannot keep the debt from changing
 * @throws state-dir-unwritable, no-space; nothing is owed then
 */
export function writeEntry(directory: string, entry: JournalEntry<unknown>, reserve: boolean): void {
	const file = entryFile(directory, entry.stack);
	makePrivateDirectory(directory);
	if (!reserve) {
		writeDurably(file, paddedText(entry).toString());
		return;
	}
	const size = Math.ceil((2 * paddedText(entry).length) / block) * block;
	const text = paddedText(entry, size).toString();
	try {
		writeDurably(reserveOf(file), text);
		writeDurably(file, text);
	} catch (error) {
		rmSync(reserveOf(file), { force: true });
		throw error;
	}
}

/**
 * Replaces what a stack is owed, in the room that was kept for it where there is some: the disk may be full by now.
 *
 * @throws state-dir-unwritable, no-space; the old debt is in force then
 */
export function replaceEntry(directory: string, entry: JournalEntry<unknown>): void {
	const file = entryFile(directory, entry.stack);
	if (writeIntoReserve(reserveOf(file), entry)) changePlaces(file);
	else writeEntry(directory, entry, false);
}

/** Overwrites blocks the file already has. @returns false where that cannot be done; the file is worth nothing then */
function writeIntoReserve(reserve: string, entry: JournalEntry<unknown>): boolean {
	try {
		const text = paddedText(entry, statSync(reserve).size);
		const descriptor = openSync(reserve, constants.O_WRONLY | constants.O_NOFOLLOW);
		try {
			let written = 0;
			while (written < text.length) written += writeSync(descriptor, text, written);
			ftruncateSync(descriptor, text.length);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		return true;
	} catch {
		return false;
	}
}

/** The new text takes the place of the old one, whose file becomes the room for the next. At any moment one of both is there. */
function changePlaces(file: string): void {
	const former = formerOf(file);
	try {
		rmSync(former, { force: true });
		try {
			linkSync(file, former);
		} catch {
			// A file system without hard links, or the entry was removed: there is no room kept for a further change.
		}
		renameSync(reserveOf(file), file);
		syncDirectory(dirname(file));
	} catch (error) {
		throw stateWriteError(file, error);
	}
	try {
		renameSync(former, reserveOf(file));
	} catch {
		// As above.
	}
}

/**
 * Nothing is owed to a stack any more. Needs no room on the disk.
 *
 * @throws state-dir-unwritable
 */
export function strikeEntry(directory: string, stack: string): void {
	const file = entryFile(directory, stack);
	try {
		removeDurably(file);
		removeRecord(directory, stack);
		for (const beside of [reserveOf(file), formerOf(file)]) rmSync(beside, { force: true });
	} catch (error) {
		// The whole directory was removed by somebody: nothing is owed in it.
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
		throw stateWriteError(file, error);
	}
}
