/** Who is put through the faults: the product, or a plain shell script for comparison. */
export type Subject = 'product' | 'script';

/** What is no fault of the catalogue, but belongs to the suite. */
export type Part = 'fuzz' | 'soak';

/** How long the loops are: as a part of `npm test`, as `npm run faults` does, or every kill point. */
export type Depth = 'short' | 'usual' | 'full';

/** How the suite was started; `run.ts` hands it on in the environment. */
export interface SuiteOptions {
	readonly seed: number;
	/** Numbers of the faults to run, and names of parts; empty = all faults and the fuzzing (with depth `full` the soak too). */
	readonly only: readonly string[];
	readonly depth: Depth;
	readonly subject: Subject;
	/** No further kill at a random time after so many minutes of a fault; each step is tried once in any case. */
	readonly minutes: number;
	/** Backups in a row of the soak. */
	readonly soakRounds: number;
	/** The soak begins no further round after so many minutes. */
	readonly soakMinutes: number;
	/** Of the changes of the world, only the one with this name. */
	readonly change: string | undefined;
	/** Where each fault leaves its result; undefined = nowhere. */
	readonly resultsDirectory: string | undefined;
}

const { env } = process;

export const suiteOptions: SuiteOptions = {
	seed: Number(env.FAULTS_SEED ?? 40),
	only: (env.FAULTS_ONLY ?? '').split(',').filter(Boolean),
	depth: env.FAULTS_DEPTH === 'full' || env.FAULTS_DEPTH === 'usual' ? env.FAULTS_DEPTH : 'short',
	subject: env.FAULTS_SUBJECT === 'script' ? 'script' : 'product',
	minutes: Number(env.FAULTS_MINUTES ?? 600),
	soakRounds: Number(env.FAULTS_SOAK ?? 500),
	soakMinutes: Number(env.FAULTS_SOAK_MINUTES ?? 720),
	change: env.FAULTS_CHANGE,
	resultsDirectory: env.FAULTS_RESULTS,
};

/** Whether a fault or a part was asked for. */
export function isWanted(
	what: number | Part,
	{ only, depth, subject }: SuiteOptions = suiteOptions,
): boolean {
	if (only.length > 0) return only.includes(String(what));
	if (typeof what === 'number') return true;
	return subject === 'product' && (what === 'fuzz' || depth === 'full');
}
