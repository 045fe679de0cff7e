import { createInterface } from 'node:readline/promises';
import { SetupError } from './run.js';

/** True when nobody is to be asked: `--yes`, or CI is set to anything but false. */
export function isUnattended(argv = process.argv, env = process.env) {
	const ci = (env.CI ?? '').toLowerCase();
	return argv.includes('--yes') || argv.includes('-y') || !['', '0', 'false', 'no'].includes(ci);
}

/**
 * Asks before the machine itself is changed. Returns when it may be; throws with exit code 64 when the answer is no, or when
 * nobody can be asked.
 *
 * @param {string} what the change, as the end of "This will ..."
 */
export async function askToChangeSystem(what) {
	if (isUnattended()) return;
	if (!process.stdin.isTTY)
		throw new SetupError(
			`This would ${what}, and there is no terminal to ask.\n  Run it again with \`-- --yes\` (or CI=true) to agree.`,
			64,
		);
	const prompt = createInterface({ input: process.stdin, output: process.stderr });
	try {
		const answer = await prompt.question(`\n  This will ${what}.\n  Go on? [y/N] `);
		if (!/^y(es)?$/i.test(answer.trim())) throw new SetupError('Nothing was installed.', 64);
	} finally {
		prompt.close();
	}
}
