import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Host, initRepository, restic, run, tools } from '../rig/index.ts';

/** A source of backups: `files` random files of `bytes` each. */
export async function writeData(host: Host, name: string, files: number, bytes: number): Promise<string> {
	const directory = join(host.directory, 'data', name);
	await mkdir(directory, { recursive: true });
	for (let index = 0; index < files; index += 1)
		await writeFile(join(directory, `file-${index}`), randomBytes(bytes));
	return directory;
}

/** Backs a directory up with plain restic, in packs as small as it makes them. */
export async function backUp(host: Host, directory: string): Promise<void> {
	await restic(host, ['backup', '-q', '--host', 'test', '--pack-size', '4', directory]);
}

/** A repository of two snapshots. */
export async function makeRepository(host: Host): Promise<void> {
	await initRepository(host);
	await backUp(host, await writeData(host, 'one', 3, 200_000));
	await backUp(host, await writeData(host, 'two', 2, 100_000));
}

/** Runs plain restic on a copy, as its owner would on the day of disaster. */
export async function resticAt(host: Host, location: string, args: readonly string[], anyCode = false) {
	const fixed = ['-r', location, '--password-file', host.passwordFile, '--no-cache'];
	const env = { ...host.env, RCLONE_CONFIG: join(host.directory, 'rclone.conf') };
	const program = location.startsWith('rclone:') ? ['-o', `rclone.program=${tools.rclone}`] : [];
	return await run(tools.restic, [...program, ...fixed, ...args], { env, anyCode });
}

/** Throws unless the copy is whole, every byte of it, and its latest snapshot restores. */
export async function expectUsable(host: Host, location: string, readData = true): Promise<void> {
	await resticAt(host, location, ['check', ...(readData ? ['--read-data'] : [])]);
	await resticAt(host, location, [
		'restore',
		'latest',
		'--target',
		join(host.directory, `restored-${randomBytes(3).toString('hex')}`),
	]);
}
