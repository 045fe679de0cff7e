import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from './options.ts';

/** What must hold after each fault; see `holds.ts`. */
export type Letter = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** A command that was killed at its steps, whose external commands were made to fail, or around which others changed something. */
export interface LoopResult {
	readonly command: 'backup' | 'sync' | 'restore' | 'recover';
	readonly what: 'kill' | 'fail' | 'change';
	/** How many of all the points were tried. */
	readonly tried: number;
	readonly of: number;
}

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
	/** Times something was killed with -9, alone or with all it had started. */
	readonly kills: number;
	/** External commands made to fail. */
	readonly failures: number;
	/** Changes that somebody else made in the middle of a run. */
	readonly changes?: number;
	readonly loops?: readonly LoopResult[];
	readonly ms: number;
}

/** What the fuzzing came to. */
export interface FuzzResult {
	readonly part: 'fuzz';
	readonly inputs: number;
	/** What is read -> inputs given to it. */
	readonly readers: Readonly<Record<string, number>>;
	readonly crashes: number;
	readonly ms: number;
}

/** What the soak came to. */
export interface SoakResult {
	readonly part: 'soak';
	/** Backups that were really made, and how many were asked for. */
	readonly rounds: number;
	readonly of: number;
	readonly kills: number;
	readonly signals: number;
	readonly failures: number;
	/** Snapshots kept at the end; each was restored. */
	readonly snapshots: number;
	/** Median of the peak memory of the program, KiB: of the first half of the undisturbed rounds and of the second. */
	readonly memory: readonly [number, number];
	/** The same of file descriptors. */
	readonly descriptors: readonly [number, number];
	readonly ms: number;
	readonly problem?: string;
}

export type PartResult = FuzzResult | SoakResult;

export const survived = (result: FaultResult) => result.lost.length === 0 && result.problem === undefined;

export async function writeResult(directory: string, result: FaultResult | PartResult): Promise<void> {
	const name = 'part' in result ? result.part : `${result.subject}-${String(result.number).padStart(2, '0')}`;
	await writeFile(join(directory, `${name}.json`), `${JSON.stringify(result)}\n`);
}

/** @returns all results in a directory: the faults by number, and the parts that were run */
export async function readResults(
	directory: string,
): Promise<{ readonly faults: readonly FaultResult[]; readonly parts: readonly PartResult[] }> {
	const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
	const all = await Promise.all(
		names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as object),
	);
	const faults = all.filter((one): one is FaultResult => 'number' in one);
	return {
		faults: faults.toSorted((a, b) => a.number - b.number),
		parts: all.filter((one): one is PartResult => 'part' in one),
	};
}
