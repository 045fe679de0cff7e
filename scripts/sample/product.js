import { attempt, SetupError } from '../setup/run.js';
import { program } from './places.js';

/**
 * Runs the product with the sample's config, its output on the terminal. Throws when it does not end with exit code 0.
 *
 * @param {import('./places.js').Places} places
 * @param {readonly string[]} args
 */
export async function product(places, args) {
	console.log(`\n     $ backup-tui --config ${places.configFile} ${args.join(' ')}\n`);
	const { code } = await attempt(program, ['--config', places.configFile, ...args], { show: true });
	if (code !== 0)
		throw new SetupError(`backup-tui ${args.join(' ')} ended with exit code ${code}`, code ?? 1);
}
