import { SetupError } from './run.js';

/**
 * Runs a script's body: known flags only, errors as one message, exit code as the error says.
 *
 * @param {readonly string[]} flags that are known besides --yes
 * @param {(given: ReadonlySet<string>) => Promise<number | void>} body returns the exit code, default 0
 */
export async function main(flags, body) {
	try {
		const given = new Set(process.argv.slice(2).map((flag) => (flag === '-y' ? '--yes' : flag)));
		const unknown = [...given].find((flag) => flag !== '--yes' && !flags.includes(flag));
		if (unknown !== undefined)
			throw new SetupError(`Unknown argument ${unknown}; known: ${['--yes', ...flags].join(' ')}`, 64);
		process.exitCode = (await body(given)) ?? 0;
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		console.error(`\n  ${error.message}`);
		process.exitCode = error.exitCode;
	}
}
