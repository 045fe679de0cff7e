import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../process/proc.ts';
import { type HistoryEntry, historyFile, parseHistory } from './history.ts';
import type { RunInfo, RunRecord, RunSummary } from './run-files.ts';
import { isRunId } from './run-id.ts';

// The same as in run-files.ts and history.ts, for the UI: a slow disk must not hold up keys.

async function loadJson<T>(path: string): Promise<T | undefined> {
	try {
		return JSON.parse(await readFile(path, 'utf8')) as T;
	} catch {
		return undefined;
	}
}

/** @returns a run as it is on disk; undefined when there is none that can be read */
export async function loadRun(stateDir: string, id: string): Promise<RunInfo | undefined> {
	if (!isRunId(id)) return undefined;
	const folder = join(stateDir, 'runs', id);
	const record = await loadJson<RunRecord>(join(folder, 'run.json'));
	if (record === undefined || typeof record.id !== 'string') return undefined;
	const summary = await loadJson<RunSummary>(join(folder, 'summary.json'));
	if (summary !== undefined) return { ...record, status: 'ended', summary };
	if (isAlive(record)) return { ...record, status: 'running' };
	// It may have ended between the two looks.
	const late = await loadJson<RunSummary>(join(folder, 'summary.json'));
	return late === undefined
		? { ...record, status: 'crashed' }
		: { ...record, status: 'ended', summary: late };
}

/** @returns ids of all runs on disk, newest first */
export async function loadRunIds(stateDir: string): Promise<string[]> {
	const names = await readdir(join(stateDir, 'runs')).catch((): string[] => []);
	return names.filter(isRunId).sort().reverse();
}

/** @returns all entries, oldest first; lines that cannot be read are left out */
export async function loadHistory(stateDir: string): Promise<HistoryEntry[]> {
	return parseHistory(await readFile(historyFile(stateDir), 'utf8').catch(() => ''));
}
