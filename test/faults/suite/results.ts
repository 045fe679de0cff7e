import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from './options.ts';

/** What must hold after each fault; see `holds.ts`. */
export type Letter = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** What one fault did to one subject. */
export interface FaultResult {
	readonly number: number;
	readonly title: string;
	readonly subject: Subject;
	/** What was looked at, and what of it did not hold. */
	readonly held: readonly Letter[];
	readonly lost: readonly Letter[];
	/** First thing that did not hold, in words. */
	readonly problem?: string;
	/** Processes killed with -9. */
	readonly kills: number;
	/** External commands made to fail. */
	readonly failures: number;
	readonly ms: number;
}

export const survived = (result: FaultResult) => result.lost.length === 0 && result.problem === undefined;

export async function writeResult(directory: string, result: FaultResult): Promise<void> {
	const name = `${result.subject}-${String(result.number).padStart(2, '0')}.json`;
	await writeFile(join(directory, name), `${JSON.stringify(result)}\n`);
}

/** @returns all results in a directory, by number */
export async function readResults(directory: string): Promise<readonly FaultResult[]> {
	const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
	const results = await Promise.all(
		names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as FaultResult),
	);
	return results.toSorted((a, b) => a.number - b.number);
}
