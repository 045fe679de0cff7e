import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../process/proc.ts';
import { assertTrustedDirectory, isTrustedFile } from './files.ts';

/**
 * What a stack is owed, and so what the next start may do with it.
 *
 * - `up`: it ran, and has to run again.
 * - `half-restored`: its data is being overwritten. It must not be started before that is finished or undone.
 * - `copy`: a second stack that a restore makes beside the live one; `restore` until all of its data is there. Who deletes
 *   its directory gives it up.
 */
export type Debt =
	| { readonly kind: 'up' }
	| { readonly kind: 'half-restored'; readonly restore: UnfinishedRestore }
	| { readonly kind: 'copy'; readonly restore: UnfinishedRestore | undefined };

const debtKinds: readonly string[] = ['up', 'half-restored', 'copy'] satisfies readonly Debt['kind'][];

/** A restore into a stack that was begun and did not end. */
export interface UnfinishedRestore {
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

/** A stack that is owed something. `Inventory` is what ran before; the journal does not look inside. */
export interface JournalEntry<Inventory> {
	/** 1 was written by older versions: read with the debt its flags mean. */
	readonly v: 1 | 2;
	/** dirlist key of the stack. */
	readonly stack: string;
	readonly name: string;
	readonly run: string;
	/** The process that took it down; while it lives the entry is its own business. */
	readonly owner: ProcessIdentity;
	/** What the owner does, e.g. `backup`. */
	readonly command: string | undefined;
	/** ISO time, UTC: since when the stack is owed something. */
	readonly since: string;
	/** ISO time, UTC, of this debt. */
	readonly writtenAt: string;
	/** The owner lives, but does no more for it. */
	readonly left: boolean;
	/** It ran before: that it is down is what exit code 7 tells. */
	readonly wasUp: boolean;
	readonly method: string;
	/** Grace given to containers, in seconds: a killed `down` may go on in the engine for as long. */
	readonly timeoutSeconds: number;
	readonly inventory: Inventory;
	/** Checksum of the record beside the entry, from which the stack is brought back. */
	readonly record?: string;
	readonly debt: Debt;
}

/** The journal as everybody may read it. Only `services/downtime/` writes it. */
export interface Journal<Inventory> {
	readonly directory: string;
	/** @returns entries, oldest first, and files that cannot be read */
	read(): { readonly entries: JournalEntry<Inventory>[]; readonly damaged: string[] };
}

/** @param directory `<state>/journal` */
export function openJournal<Inventory>(directory: string): Journal<Inventory> {
	return {
		directory,
		read: () => {
			const entries: JournalEntry<Inventory>[] = [];
			const damaged: string[] = [];
			assertTrustedDirectory(directory);
			for (const name of listFiles(directory)) {
				const path = join(directory, name);
				// An entry says what is started, and from which files: only what we wrote ourselves is believed.
				const text = isTrustedFile(path) ? readFileSync(path, 'utf8') : '';
				const entry = parseEntry<Inventory>(text);
				if (entry === undefined) damaged.push(path);
				else entries.push(entry);
			}
			entries.sort((a, b) => a.writtenAt.localeCompare(b.writtenAt));
			return { entries, damaged };
		},
	};
}

/** @returns where the entry of a stack lies. Keys may be paths or hostile names: the name is a hash, the key is inside */
export function entryFile(directory: string, stack: string): string {
	return join(directory, `${createHash('sha256').update(stack).digest('hex').slice(0, 32)}.json`);
}

/** @returns the entry of one stack, if there is one that can be read */
export function readEntry(directory: string, stack: string): JournalEntry<unknown> | undefined {
	try {
		return parseEntry(readFileSync(entryFile(directory, stack), 'utf8'));
	} catch {
		return undefined;
	}
}

function listFiles(directory: string): string[] {
	try {
		return readdirSync(directory).filter((name) => name.endsWith('.json'));
	} catch (error) {
		// Where a directory on the way is a file nothing was ever written: the first write says so.
		if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
		throw error;
	}
}

/** @returns the restore that has to be finished or undone before the stack may be started or copied */
export function unfinishedRestore({ debt }: { readonly debt: Debt }): UnfinishedRestore | undefined {
	return debt.kind === 'up' ? undefined : debt.restore;
}

type AddedLater = 'debt' | 'command' | 'since' | 'wasUp' | 'left';

/** An entry as it lies on the disk. Version 1 has the flags instead of the debt. */
interface StoredEntry<Inventory> extends Omit<JournalEntry<Inventory>, AddedLater> {
	readonly debt?: Debt;
	readonly command?: string;
	readonly since?: string;
	readonly wasUp?: boolean;
	readonly left?: boolean;
	readonly incomplete?: UnfinishedRestore;
	readonly copy?: true;
}

/** @returns undefined for what is no whole entry, or one of a newer version */
export function parseEntry<Inventory>(text: string): JournalEntry<Inventory> | undefined {
	try {
		const { incomplete, copy, ...stored } = JSON.parse(text) as StoredEntry<Inventory>;
		const whole =
			(stored.v === 1 || (stored.v === 2 && stored.debt !== undefined)) &&
			[stored.stack, stored.name, stored.run, stored.writtenAt].every(isText) &&
			[stored.since ?? '', stored.command ?? ''].every(isText) &&
			typeof stored.owner?.pid === 'number' &&
			typeof stored.inventory === 'object' &&
			stored.inventory !== null;
		if (!whole) return undefined;
		const { command, since = stored.writtenAt } = stored;
		const debt = stored.debt ?? debtOf(incomplete, copy);
		if (!isDebt(debt)) return undefined;
		const { wasUp = debt.kind !== 'copy', left = false } = stored;
		return { ...stored, debt, command, since, wasUp, left };
	} catch {
		return undefined;
	}
}

const isText = (value: unknown) => typeof value === 'string';

/** @returns what the flags of version 1 mean */
function debtOf(incomplete: UnfinishedRestore | undefined, copy: true | undefined): Debt {
	if (copy === true) return { kind: 'copy', restore: incomplete };
	return incomplete === undefined ? { kind: 'up' } : { kind: 'half-restored', restore: incomplete };
}

function isDebt(debt: Debt): boolean {
	if (!debtKinds.includes(debt.kind)) return false;
	if (debt.kind === 'up' || (debt.kind === 'copy' && debt.restore === undefined)) return true;
	const { restore } = debt;
	const texts = [restore?.since, restore?.snapshot, restore?.safetySnapshot ?? ''];
	return texts.every((text) => typeof text === 'string');
}
