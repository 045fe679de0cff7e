import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forget, unpackWithDependencies } from './archive.js';
import { releaseCodename } from './machine.js';
import { toolsDirectory, which } from './places.js';
import { attempt, SetupError } from './run.js';

const directory = join(toolsDirectory, 'tmux');
const wrapper = join(directory, 'bin', 'tmux');

/** @returns {Promise<string>} the version of the machine's tmux or of ours, '' when there is none */
export async function terminalVersion() {
	const file = which('tmux') || wrapper;
	if (!existsSync(file)) return '';
	const { ok, stdout } = await attempt(file, ['-V']);
	return ok ? stdout.trim() : '';
}

/** Brings tmux, the terminal in which the UI is tested, with the libraries that the machine lacks. */
export async function bringTerminal() {
	const unpacked = await unpackWithDependencies(releaseCodename(), 'tmux');
	rmSync(directory, { recursive: true, force: true });
	mkdirSync(join(directory, 'bin'), { recursive: true });
	renameSync(unpacked, join(directory, 'root'));
	const script = `#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")/../root/usr
for libraries in "$here"/lib/*-linux-*; do
	LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$here/bin/tmux" "$@"
`;
	writeFileSync(wrapper, script);
	chmodSync(wrapper, 0o755);
	forget();
	if ((await terminalVersion()) === '') throw new SetupError(`tmux does not run from ${directory}`);
}
