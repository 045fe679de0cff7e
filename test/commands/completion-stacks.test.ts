import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bashCompletion } from '../../source/commands/completion-bash.ts';
import { temporaryDirectory } from '../stacks/stacks-directory.ts';

/** What bash offers after these words, the last being typed; the program is one that prints these stacks' names. */
function offered(words: readonly string[], names: readonly string[]) {
	const directory = temporaryDirectory();
	writeFileSync(join(directory, 'names'), `${names.join('\n')}\n`);
	writeFileSync(join(directory, 'backup-tui'), `#!/bin/sh\ncat '${directory}/names'\n`);
	chmodSync(join(directory, 'backup-tui'), 0o755);
	writeFileSync(join(directory, 'script'), bashCompletion());
	const code = `. ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _backup_tui; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const env = { PATH: `${directory}:${process.env.PATH}` };
	const args = ['--norc', '-c', code, 'bash', 'backup-tui', ...words];
	const done = spawnSync('bash', args, { cwd: directory, env, timeout: 10_000 });
	expect(done.stderr.toString()).toBe('');
	return {
		words: done.stdout.toString().split('\n').filter(Boolean),
		pwned: existsSync(join(directory, 'pwned')),
	};
}

const names = ['immich', 'img share', 'web', '-x', '$(touch pwned)', '`touch pwned`', "it's"];

test('bash completes the names of stacks, and runs none of them', () => {
	expect(offered(['stacks', 'enable', 'im'], names)).toEqual({
		words: ['immich', 'img\\ share'],
		pwned: false,
	});
	const all = offered(['stacks', 'disable', ''], names);
	// As they have to be typed.
	const typed = ['immich', 'img\\ share', 'web', '\\$\\(touch\\ pwned\\)', '\\`touch\\ pwned\\`', "it\\'s"];
	expect(all).toEqual({ words: typed, pwned: false });
});
