import type { Host } from './host.ts';
import { makeQuickRepository } from './quick-repository.ts';
import { type Outcome, type RunOptions, run } from './run.ts';
import { tools } from './tools.ts';

/** Runs the real restic on the host's repository, independently of the product. Throws on a non-zero exit unless `anyCode`. */
export async function restic(
	host: Host,
	args: readonly string[],
	options: RunOptions = {},
): Promise<Outcome> {
	const fixed = [
		'-r',
		host.repository,
		'--password-file',
		host.passwordFile,
		'--cache-dir',
		`${host.directory}/restic-cache`,
	];
	return await run(tools.restic, [...fixed, ...args], { ...options, env: { ...host.env, ...options.env } });
}

/**
 * Makes the host's repository, with a key that is quick to derive: restic commands on it take 30 ms, not 700. `restic(host,
 * ['init'])` makes an ordinary one.
 */
export async function initRepository(host: Host): Promise<void> {
	await makeQuickRepository(host.repository, host.password);
}

export interface SnapshotView {
	readonly id: string;
	readonly short_id: string;
	readonly time: string;
	readonly hostname: string;
	readonly tags?: readonly string[];
	readonly paths: readonly string[];
}

/** The repository's snapshots as restic itself lists them, oldest first. */
export async function snapshots(host: Host): Promise<readonly SnapshotView[]> {
	const { stdout } = await restic(host, ['snapshots', '--json', '--no-lock']);
	const list = JSON.parse(stdout) as SnapshotView[];
	return list.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

/** Restores a snapshot with plain restic; @returns the directory it lies in, under which absolute paths continue */
export async function restoreSnapshot(host: Host, id: string, name = 'restored'): Promise<string> {
	const target = `${host.directory}/${name}`;
	await restic(host, ['restore', id, '--target', target]);
	return target;
}

/** Runs the real rclone with a config file inside the host. Throws on a non-zero exit unless `anyCode`. */
export async function rclone(
	host: Host,
	args: readonly string[],
	options: RunOptions = {},
): Promise<Outcome> {
	const fixed = ['--config', `${host.directory}/rclone.conf`];
	return await run(tools.rclone, [...fixed, ...args], { ...options, env: { ...host.env, ...options.env } });
}
