/** Who is put through the faults: the product, or a plain shell script for comparison. */
export type Subject = 'product' | 'script';

/** How the suite was started; `run.ts` hands it on in the environment. */
export interface SuiteOptions {
	readonly seed: number;
	/** Numbers of the faults to run; empty = all. */
	readonly only: readonly number[];
	/** Every kill point and long loops instead of a sample. */
	readonly full: boolean;
	readonly subject: Subject;
	/** Where each fault leaves its result; undefined = nowhere. */
	readonly resultsDirectory: string | undefined;
}

const { env } = process;

export const suiteOptions: SuiteOptions = {
	seed: Number(env.FAULTS_SEED ?? 40),
	only: (env.FAULTS_ONLY ?? '').split(',').filter(Boolean).map(Number),
	full: env.FAULTS_FULL === '1',
	subject: env.FAULTS_SUBJECT === 'script' ? 'script' : 'product',
	resultsDirectory: env.FAULTS_RESULTS,
};
