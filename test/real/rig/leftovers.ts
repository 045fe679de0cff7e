import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { dockerLines } from './docker.ts';
import type { Host } from './host.ts';
import { processesOf } from './processes.ts';

/**
 * What a run should have cleaned up and did not: stray processes, repository locks, lock and temporary files, anything in the run
 * directory (locks, password files, staged manifests), helper containers. Empty when clean. The journal is not a leftover.
 */
export async function leftovers(host: Host): Promise<readonly string[]> {
	const processes = await processesOf(host);
	const locks = await readdir(join(host.repository, 'locks')).catch(() => []);
	return [
		...processes.map((found) => `process ${found.pid}: ${found.commandLine}`),
		...locks.map((name) => `repository lock ${name}`),
		...(await strayFiles(host)),
		...(await strayHelpers(host)),
	];
}

async function strayFiles(host: Host): Promise<readonly string[]> {
	const found: string[] = [];
	for (const directory of [host.stateDir, host.runDir, host.logDir, host.stacksDir]) {
		const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
		for (const entry of entries) {
			const path = relative(host.directory, join(entry.parentPath, entry.name));
			const volatile = directory === host.runDir && !entry.isDirectory();
			if (volatile || /\.lock$|\.tmp$|^\.?tmp\./i.test(entry.name)) found.push(`file ${path}`);
		}
	}
	const beside = await readdir(host.directory);
	const strangers = beside.filter((name) => /\.lock$|\.tmp|~$/.test(name));
	return [...found, ...strangers.map((name) => `file ${name}`)].sort();
}

/** Containers of the program's own that serve a stack of this host (they carry labels `backup-tui.helper...`). */
async function strayHelpers(host: Host): Promise<readonly string[]> {
	const lines = await dockerLines(host, [
		'ps',
		'-a',
		'--no-trunc',
		'--format',
		'{{.Names}} {{.Labels}} {{.Mounts}}',
	]);
	return lines
		.filter((line) => /backup-tui[.\w-]*helper/.test(line) && line.includes(host.name))
		.map((line) => `container ${line}`);
}
