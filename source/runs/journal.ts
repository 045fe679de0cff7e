import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../process/proc.ts';
import { makePrivateDirectory, removeDurably, writeDurably } from './files.ts';

/** A stack that is owed an `up`. `Inventory` is what ran before; the journal does not look inside. */
export interface JournalEntry<Inventory> {
	readonly v: 1;
	/** dirlist key of the stack. */
	readonly stack: string;
	readonly name: string;
	readonly run: string;
	/** The process that took it down; while it lives the entry is its own business. */
	readonly owner: ProcessIdentity;
	/** ISO time, UTC. */
	readonly writtenAt: string;
	readonly method: string;
	/** Grace given to containers, in seconds: a killed `down` may go on in the engine for as long. */
	readonly timeoutSeconds: number;
	readonly inventory: Inventory;
	/** Its data is being overwritten: it must not be started before that is finished or undone. */
	readonly incomplete?: IncompleteRestore;
	/** A second stack that a restore makes beside the live one: who deletes its directory gives it up. */
	readonly copy?: true;
}

/** A restore into a stack that was begun and did not end. */
export interface IncompleteRestore {
	readonly what: 'restore';
	/** ISO time, UTC. */
	readonly since: string;
	/** The snapshot that is being restored. */
	readonly snapshot: string;
	/** What was there before; absent when nothing was. */
	readonly safetySnapshot?: string;
	/** It is to be started once it is whole. */
	readonly start: boolean;
	/** What is being written, in words: only a restore of all of it makes the stack whole again. */
	readonly places?: readonly string[];
	/** Arguments of the command that does it again. */
	readonly again?: readonly string[];
}

export interface Journal<Inventory> {
	/** On disk and fsynced when this returns: call it before `down`. @throws state-dir-unwritable, no-space */
	write(entry: JournalEntry<Inventory>): void;
	/** Call it when the stack is verified up. */
	strike(stack: string): void;
	/** @returns entries, oldest first, and files that cannot be read */
	read(): { readonly entries: JournalEntry<Inventory>[]; readonly damaged: string[] };
}

/** @param directory `<state>/journal` */
export function createJournal<Inventory>(directory: string): Journal<Inventory> {
	// Keys may be paths or hostile names: the file name is a hash, the key is inside.
	const fileOf = (stack: string) =>
		join(directory, `${createHash('sha256').update(stack).digest('hex').slice(0, 32)}.json`);
	return {
		write: (entry) => {
			makePrivateDirectory(directory);
			writeDurably(fileOf(entry.stack), `${JSON.stringify(entry, undefined, '\t')}\n`);
		},
		strike: (stack) => removeDurably(fileOf(stack)),
		read: () => {
			const entries: JournalEntry<Inventory>[] = [];
			const damaged: string[] = [];
			for (const name of listFiles(directory)) {
				const path = join(directory, name);
				const entry = parseEntry<Inventory>(readFileSync(path, 'utf8'));
				if (entry === undefined) damaged.push(path);
				else entries.push(entry);
			}
			entries.sort((a, b) => a.writtenAt.localeCompare(b.writtenAt));
			return { entries, damaged };
		},
	};
}

function listFiles(directory: string): string[] {
	try {
		return readdirSync(directory).filter((name) => name.endsWith('.json'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}

/** @returns undefined for what is no whole entry */
export function parseEntry<Inventory>(text: string): JournalEntry<Inventory> | undefined {
	try {
		const entry = JSON.parse(text) as JournalEntry<Inventory>;
		const whole =
			entry.v === 1 &&
			typeof entry.stack === 'string' &&
			typeof entry.name === 'string' &&
			typeof entry.run === 'string' &&
			typeof entry.writtenAt === 'string' &&
			typeof entry.owner?.pid === 'number' &&
			typeof entry.inventory === 'object' &&
			entry.inventory !== null &&
			(entry.incomplete === undefined || isIncompleteRestore(entry.incomplete));
		return whole ? entry : undefined;
	} catch {
		return undefined;
	}
}

function isIncompleteRestore(value: IncompleteRestore | null): boolean {
	const texts = [value?.since, value?.snapshot, value?.safetySnapshot ?? ''];
	return texts.every((text) => typeof text === 'string');
}
