import { readFile, writeFile } from 'node:fs/promises';
import type { FaultResult, FuzzResult, PartResult, SoakResult } from './results.ts';

/** When, with what and how something was run. */
export interface RunFacts {
	/** ISO date. */
	readonly date: string;
	readonly seed: number;
	/** Every kill point and long loops instead of a sample. */
	readonly full: boolean;
	/** Names with versions. */
	readonly tools: readonly string[];
}

/** What docs/reliability.md is made from; each run replaces the parts it has run. */
export interface SuiteRecord {
	/** The last whole run of the faults. */
	readonly faults?: RunFacts & { readonly results: readonly FaultResult[] };
	/** The last long run (`--full`) of each fault that has loops, by its number and the seed: `34/40`. */
	readonly loops?: Readonly<Record<string, RunFacts & { readonly result: FaultResult }>>;
	readonly fuzz?: RunFacts & { readonly result: FuzzResult };
	readonly soak?: RunFacts & { readonly result: SoakResult };
}

/** @returns the record of the runs before; an empty one where there is none */
export async function readRecord(file: string): Promise<SuiteRecord> {
	return JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as SuiteRecord;
}

export async function writeRecord(file: string, record: SuiteRecord): Promise<void> {
	await writeFile(file, `${JSON.stringify(record, undefined, '  ')}\n`);
}

/** The words name paths of the machine: only what was lost is kept. */
export function withoutWords<T extends { readonly problem?: string }>(result: T): T {
	return result.problem === undefined ? result : { ...result, problem: 'did not hold' };
}

/** @param of number of faults of the catalogue: fewer are no whole run */
export function addRun(
	record: SuiteRecord,
	facts: RunFacts,
	{ faults, parts }: { readonly faults: readonly FaultResult[]; readonly parts: readonly PartResult[] },
	of: number,
): SuiteRecord {
	const results = faults.map(withoutWords);
	let next = results.length === of ? { ...record, faults: { ...facts, results } } : record;
	for (const result of facts.full ? results.filter(({ loops }) => loops !== undefined) : [])
		next = { ...next, loops: { ...next.loops, [`${result.number}/${facts.seed}`]: { ...facts, result } } };
	for (const part of parts) next = withPart(next, facts, part.part === 'soak' ? withoutWords(part) : part);
	return next;
}

/** A shorter fuzzing or soak does not take the place of a longer one that held. */
function withPart(record: SuiteRecord, facts: RunFacts, result: PartResult): SuiteRecord {
	if (result.part === 'fuzz') {
		const isShorter = result.crashes === 0 && result.inputs < (record.fuzz?.result.inputs ?? 0);
		return isShorter ? record : { ...record, fuzz: { ...facts, result } };
	}
	const isShorter = result.problem === undefined && result.rounds < (record.soak?.result.rounds ?? 0);
	return isShorter ? record : { ...record, soak: { ...facts, result } };
}
