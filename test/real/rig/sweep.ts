import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEverything } from './dispose.ts';
import { toolEnvironment } from './tools.ts';

/** In a host's directory: the pid of the test process that made it. */
export const ownerFile = '.rig-owner';

async function isAlive(pid: string): Promise<boolean> {
	const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
	return commandLine.includes('node') || commandLine.includes('vitest');
}

/** Removes hosts whose test process is gone without having disposed of them: killed, or stopped by a limit. */
export async function sweepAbandonedHosts(): Promise<void> {
	const names = await readdir(tmpdir());
	for (const base of names) {
		const name = /^(bt[0-9a-f]{8})-/.exec(base)?.[1];
		if (name === undefined) continue;
		const directory = join(tmpdir(), base);
		const owner = await readFile(join(directory, ownerFile), 'utf8').catch(() => '');
		if (owner === '' || (await isAlive(owner))) continue;
		await removeEverything({ name, directory, env: toolEnvironment() });
	}
}
