import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Trace } from './dispose.ts';

export interface ProcessView {
	readonly pid: number;
	readonly commandLine: string;
}

async function read(path: string): Promise<string> {
	return await readFile(path, 'latin1').catch(() => '');
}

async function belongsTo(pid: string, host: Trace): Promise<boolean> {
	const environment = await read(`/proc/${pid}/environ`);
	if (environment.split('\0').includes(`RIG_HOST=${host.name}`)) return true;
	if ((await read(`/proc/${pid}/cmdline`)).includes(host.directory)) return true;
	const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
	return directory === host.directory || directory.startsWith(`${host.directory}/`);
}

/**
 * Live processes (zombies left out) that belong to a host: by the cookie in their environment, the host's directory in their
 * command line, or their working directory. The engine's own helpers (shims, containers) carry none of these.
 */
export async function processesOf(host: Trace): Promise<readonly ProcessView[]> {
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
	const found: ProcessView[] = [];
	for (const pid of pids) {
		const commandLine = (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
		if (commandLine === '' || !(await belongsTo(pid, host))) continue;
		found.push({ pid: Number(pid), commandLine });
	}
	return found;
}
