import { test } from 'vitest';
import { isWanted, suiteOptions } from './options.ts';
import { writeResult } from './results.ts';
import { Trial } from './trial.ts';

/**
 * Defines a fault. Its number is its own, in all files of cases. Of the product everything must hold; of the script only the result
 * is noted.
 */
export function fault(
	number: number,
	title: string,
	body: (trial: Trial) => Promise<void>,
	timeoutMs = 300_000,
): void {
	const { resultsDirectory } = suiteOptions;
	test.runIf(isWanted(number))(
		`${number} ${title}`,
		async () => {
			const trial = new Trial(number);
			const started = performance.now();
			let failure: unknown;
			try {
				await body(trial);
			} catch (error) {
				failure = error;
			}
			const result = trial.result(number, title, performance.now() - started, failure);
			if (resultsDirectory !== undefined) await writeResult(resultsDirectory, result);
			if (failure !== undefined && trial.isProduct) throw failure;
		},
		suiteOptions.depth === 'full' ? timeoutMs * 20 : timeoutMs,
	);
}
