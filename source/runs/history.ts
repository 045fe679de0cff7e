import { appendFileSync, closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventListener } from './event-bus.ts';
import type { StackOutcome } from './events.ts';
import { makePrivateDirectory, writeDurably } from './files.ts';

/** What became of one stack in one run: a line of `history.ndjson`. Kept longer than the runs themselves. */
export interface HistoryEntry {
	/** ISO time of the stack's end, UTC. */
	readonly at: string;
	readonly run: string;
	readonly stack: string;
	readonly outcome: StackOutcome;
	readonly ms: number;
	readonly method?: string;
	readonly downtimeMs?: number;
	/** Copy within the downtime, and the warm one before it, ms. */
	readonly copyMs?: number;
	readonly warmMs?: number;
	readonly snapshot?: string;
	readonly addedBytes?: number;
	readonly totalBytes?: number;
	readonly totalFiles?: number;
}

export const historyFile = (stateDir: string) => join(stateDir, 'history.ndjson');
/** Lines are about 250 bytes: past this many the oldest half is dropped. */
const mostEntries = 20_000;

/** Appends every `stack-end` of a backup to the history. */
export function createHistoryListener(stateDir: string): EventListener {
	return (event) => {
		if (event.type !== 'stack-end' || event.outcome === 'skipped') return;
		const {
			v: _v,
			ts,
			seq: _seq,
			type: _type,
			problems: _problems,
			expectedDowntimeMs: _expected,
			...rest
		} = event;
		const entry: HistoryEntry = { at: ts, ...rest };
		makePrivateDirectory(stateDir);
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
		const descriptor = openSync(historyFile(stateDir), flags, 0o600);
		try {
			appendFileSync(descriptor, `${JSON.stringify(entry)}\n`);
		} finally {
			closeSync(descriptor);
		}
	};
}

/** @returns all entries, oldest first; lines that cannot be read are left out */
export function readHistory(stateDir: string): HistoryEntry[] {
	let text: string;
	try {
		text = readFileSync(historyFile(stateDir), 'utf8');
	} catch {
		return [];
	}
	return parseHistory(text);
}

/** @returns the entries of a history file; lines that cannot be read are left out */
export function parseHistory(text: string): HistoryEntry[] {
	return text.split('\n').flatMap((line) => {
		if (line === '') return [];
		try {
			const entry = JSON.parse(line) as HistoryEntry;
			return typeof entry.stack === 'string' && typeof entry.at === 'string' ? [entry] : [];
		} catch {
			return [];
		}
	});
}

/** Keeps the history from growing for ever. */
export function pruneHistory(stateDir: string): void {
	const entries = readHistory(stateDir);
	if (entries.length <= mostEntries) return;
	const kept = entries.slice(-mostEntries / 2);
	writeDurably(historyFile(stateDir), `${kept.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
}

/** @returns the median downtime in ms of the last `count` backups of a stack that had one; undefined without any */
export function medianDowntime(
	entries: readonly HistoryEntry[],
	stack: string,
	count = 7,
): number | undefined {
	const values = entries
		.filter((entry) => entry.stack === stack && entry.downtimeMs !== undefined && entry.downtimeMs > 0)
		.slice(-count)
		.map((entry) => entry.downtimeMs as number)
		.sort((a, b) => a - b);
	return values[Math.floor((values.length - 1) / 2)];
}
