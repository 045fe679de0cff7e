import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Host } from './host.ts';
import { processesOf } from './processes.ts';

/**
 * What a run should have cleaned up and did not: stray processes, repository locks, lock and temporary files,
 * password files. Empty when clean. The journal is not a leftover.
 */
export async function leftovers(host: Host): Promise<readonly string[]> {
	const processes = await processesOf(host);
	const locks = await readdir(join(host.repository, 'locks')).catch(() => []);
	return [
		...processes.map((found) => `process ${found.pid}: ${found.commandLine}`),
		...locks.map((name) => `repository lock ${name}`),
		...(await strayFiles(host)),
	];
}

async function strayFiles(host: Host): Promise<readonly string[]> {
	const found: string[] = [];
	for (const directory of [host.stateDir, host.runDir, host.logDir]) {
		const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
		for (const entry of entries) {
			const path = relative(host.directory, join(entry.parentPath, entry.name));
			const temporary = /\.lock$|\.tmp$|~$|^\.?tmp|password/i.test(entry.name);
			if (temporary) found.push(`file ${path}`);
		}
	}
	const beside = await readdir(host.directory);
	const strangers = beside.filter((name) => /\.lock$|\.tmp|~$/.test(name));
	return [...found, ...strangers.map((name) => `file ${name}`)].sort();
}
