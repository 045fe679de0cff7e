import { linkSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import {
	keepRoom,
	makePrivateDirectory,
	removeDurably,
	stateWriteError,
	syncDirectory,
	writeDurably,
	writeIntoRoom,
} from '../../runs/files.ts';
import { entryFile, type JournalEntry } from '../../runs/journal.ts';
import { removeRecord } from './record-file.ts';

/** Beside an entry: room for its next text, and the old text while the two change places. */
const roomOf = (file: string) => file.replace(/json$/, 'room');
const formerOf = (file: string) => file.replace(/json$/, 'former');

const textOf = (entry: JournalEntry<unknown>) => `${JSON.stringify(entry, undefined, '\t')}\n`;

/**
 * Writes what a stack is owed. On disk and fsynced when this returns: call it before the stack is touched.
 *
 * @param changes also keep room on the disk for a later, longer text: a full disk then cannot keep the debt from changing
 * @throws state-dir-unwritable, no-space; nothing is owed then
 */
export function writeEntry(directory: string, entry: JournalEntry<unknown>, changes: boolean): void {
	const file = entryFile(directory, entry.stack);
	const text = textOf(entry);
	makePrivateDirectory(directory);
	if (changes) keepRoom(roomOf(file), 2 * Buffer.byteLength(text));
	try {
		// As large as the room: it becomes the room of the change after the next.
		writeDurably(file, changes ? text.padEnd(2 * text.length, '\n') : text);
	} catch (error) {
		rmSync(roomOf(file), { force: true });
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
	if (writeIntoRoom(roomOf(file), textOf(entry))) changePlaces(file);
	else writeEntry(directory, entry, false);
}

/** The new text takes the place of the old one, whose file becomes the room for the next. At any moment one of both is there. */
function changePlaces(file: string): void {
	const former = formerOf(file);
	try {
		rmSync(former, { force: true });
		try {
			linkSync(file, former);
		} catch {
			// A file system without hard links, or the entry was removed: there is no room for a further change.
		}
		renameSync(roomOf(file), file);
		syncDirectory(dirname(file));
	} catch (error) {
		throw stateWriteError(file, error);
	}
	try {
		renameSync(former, roomOf(file));
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
		for (const beside of [roomOf(file), formerOf(file)]) rmSync(beside, { force: true });
		removeDurably(file);
		removeRecord(directory, stack);
	} catch (error) {
		// The whole directory was removed by somebody: nothing is owed in it.
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
		throw stateWriteError(file, error);
	}
}
