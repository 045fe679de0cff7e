import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { programs } from './places.js';

/**
 * Writes a config with everything in the sample's directory, the list of stacks and, once, a password.
 *
 * @param {import('./places.js').Places} places
 * @param {readonly import('./stacks.js').SampleStack[]} stacks
 */
export function writeConfig(places, stacks) {
	mkdirSync(places.directory, { recursive: true, mode: 0o700 });
	const tools = Object.entries(programs).map(([key, path]) => `${key} = ${path}`);
	const text = `# Made by \`npm start\`, and made again each time.
[docker]
STACKS_DIR = ${places.stacksDirectory}
TIMEOUT = 10
SETTLE_SECONDS = 2

[local_backup]
REPOSITORY = ${places.repository}
PASSWORD_FILE = ${places.passwordFile}
HOSTNAME = sample

[paths]
STATE_DIR = ${places.directory}/state

[tools]
${tools.join('\n')}
`;
	writeFileSync(places.configFile, text, { mode: 0o600 });
	writeFileSync(places.dirlist, stacks.map(({ name }) => `${name}=true\n`).join(''), { mode: 0o600 });
	if (!existsSync(places.passwordFile))
		writeFileSync(places.passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
}
