import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cookieVariable } from '../../process/group.ts';
import { allPids, environmentOf, isFrozen } from '../../process/proc.ts';
import { parseEntry } from '../../runs/journal.ts';
import { eventsFile, type RunInfo } from '../../runs/run-files.ts';
import { standingDebts } from '../../runs/standing-debts.ts';
import { unfinishedError } from '../downtime/unfinished.ts';
import type { HealthFacts, Owed, RunningRun } from './facts.ts';

/** @returns the runs that are going on, with what their processes do */
export function readRunning(stateDir: string, runs: readonly RunInfo[]): readonly RunningRun[] {
	const going = runs.filter((run) => run.status === 'running');
	if (going.length === 0) return [];
	const stopped = allPids().filter(isFrozen);
	return going.map((run) => ({
		...run,
		stoppedPids: stopped.filter((pid) => pid === run.pid || isChildOf(run, pid)),
		lastSignAt: lastSign(stateDir, run),
	}));
}

/** Whatever a run starts carries the run's id. */
function isChildOf(run: RunInfo, pid: number): boolean {
	const cookie = environmentOf(pid, cookieVariable);
	return cookie === run.id || cookie?.startsWith(`${run.id}/`) === true;
}

function lastSign(stateDir: string, run: RunInfo): number {
	try {
		return statSync(eventsFile(stateDir, run.id)).mtimeMs;
	} catch {
		return Date.parse(run.startedAt);
	}
}

/** The journal: what is owed to which stack, and files of it that cannot be read. */
export async function readJournalFacts(
	stateDir: string,
): Promise<Pick<HealthFacts, 'owed' | 'damagedJournal'>> {
	const directory = join(stateDir, 'journal');
	const owed: Owed[] = [];
	const damagedJournal: string[] = [];
	let names: readonly string[];
	try {
		names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { owed, damagedJournal };
		return { owed, damagedJournal: [directory] };
	}
	for (const name of names) {
		const path = join(directory, name);
		const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
			// Struck since the directory was listed.
			error.code === 'ENOENT' ? undefined : '',
		);
		if (text === undefined) continue;
		const entry = parseEntry<unknown>(text);
		if (entry === undefined) {
			damagedJournal.push(path);
			continue;
		}
		const unfinished = unfinishedError(entry);
		for (const debt of standingDebts([entry])) owed.push({ ...debt, unfinished });
	}
	return { owed: owed.sort((a, b) => a.since.localeCompare(b.since)), damagedJournal };
}
