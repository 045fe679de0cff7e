import { readFile, rm } from 'node:fs/promises';
import { dockerLines } from './docker.ts';
import type { Host } from './host.ts';
import { processesOf } from './processes.ts';
import { run } from './run.ts';
import { tools } from './tools.ts';

const workingDir = 'com.docker.compose.project.working_dir';
const project = 'com.docker.compose.project';

/** What is needed to find all that a host made. */
export type Trace = Pick<Host, 'name' | 'directory' | 'env'>;

/** Removes all traces of a host: its processes first, then what the engine holds, mounts, files. Idempotent. */
export async function removeEverything(host: Trace): Promise<void> {
	for (const { pid } of await processesOf(host)) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {}
	}
	await removeEngineObjects(host);
	await unmountBelow(host.directory);
	await rm(host.directory, { recursive: true, force: true, maxRetries: 3 });
}

async function removeEngineObjects(host: Trace): Promise<void> {
	const mine = (line: string) => {
		const [, ...marks] = line.split('\t');
		return marks.some((mark) => mark.startsWith(host.name) || mark.startsWith(host.directory));
	};
	const ids = async (args: readonly string[]) =>
		(await dockerLines(host, args)).filter(mine).map((line) => line.split('\t')[0] ?? '');
	const remove = async (args: readonly string[], names: readonly string[]) => {
		if (names.length > 0)
			await run(tools.docker, [...args, ...new Set(names)], { env: host.env, anyCode: true });
	};
	const labels = `{{.Label "${project}"}}\t{{.Label "${workingDir}"}}`;
	await remove(
		['rm', '-f', '-v'],
		await ids(['ps', '-a', '--no-trunc', '--format', `{{.ID}}\t{{.Names}}\t${labels}`]),
	);
	await remove(
		['network', 'rm'],
		await ids(['network', 'ls', '--format', `{{.ID}}\t{{.Name}}\t{{.Label "${project}"}}`]),
	);
	await remove(
		['volume', 'rm', '-f'],
		await ids(['volume', 'ls', '--format', `{{.Name}}\t{{.Name}}\t{{.Label "${project}"}}`]),
	);
	await remove(['rmi', '-f'], await ids(['images', '--format', '{{.Repository}}:{{.Tag}}\t{{.Repository}}']));
}

/** Unmounts what tests mounted below a directory, innermost first, so that nothing is deleted through a mount. */
export async function unmountBelow(directory: string): Promise<void> {
	const table = await readFile('/proc/self/mounts', 'utf8');
	const points = table
		.split('\n')
		.map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
		.filter((point) => point.startsWith(`${directory}/`));
	for (const point of points.reverse()) await run('umount', ['-l', point], { anyCode: true });
}
