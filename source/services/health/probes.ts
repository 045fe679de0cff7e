import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateDirectory, writeDurably } from '../../runs/files.ts';
import type { HistoryEntry } from '../../runs/history.ts';
import type { Finding } from './finding.ts';

/** `doctor.json`: what the last look of `doctor` or `health` found that takes longer than local files. */
interface ProbeRecord {
	readonly v: 1;
	/** ISO time, UTC. */
	readonly at: string;
	readonly findings: readonly Finding[];
}

const fileName = 'doctor.json';

/**
 * Remembers what probes found, so that what only they can see (a password that no longer opens the repository) shows everywhere
 * until they, or a backup, succeed. Never throws: a look changes nothing else.
 */
export function rememberProbes(stateDir: string, findings: readonly Finding[], now: Date): void {
	const record: ProbeRecord = { v: 1, at: now.toISOString(), findings };
	try {
		makePrivateDirectory(stateDir);
		writeDurably(join(stateDir, fileName), `${JSON.stringify(record)}\n`);
	} catch {
		// Who may not write here sees it on the screen.
	}
}

/** @returns what the last look found; nothing when a backup went well since */
export async function loadProbes(
	stateDir: string,
	history: readonly HistoryEntry[],
): Promise<readonly Finding[]> {
	try {
		const record = JSON.parse(await readFile(join(stateDir, fileName), 'utf8')) as ProbeRecord;
		if (record.v !== 1 || !Array.isArray(record.findings)) return [];
		const isOutdated = history.some((entry) => entry.outcome === 'ok' && entry.at > record.at);
		return isOutdated ? [] : record.findings.filter((one) => typeof one.text === 'string');
	} catch {
		return [];
	}
}
