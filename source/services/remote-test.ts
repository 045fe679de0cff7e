import { accessSync, constants, statSync } from 'node:fs';
import type { RemoteConfig } from '../config/types.ts';
import { BackupTuiError, toBackupTuiError } from '../errors.ts';
import { rcloneLocation, remoteAddress } from '../rclone/address.ts';
import { inspectRcloneConfig } from '../rclone/config-file.ts';
import type { RemoteSpace } from '../rclone/results.ts';
import type { Rclone } from '../rclone/types.ts';
import type { Problem } from '../runs/events.ts';
import { formatBytes } from '../runs/units.ts';
import { describeResolved, type Place, requirePlace, resolvePlace } from './sync/place.ts';
import { toProblem } from './sync/problem.ts';
import { requireDirectory } from './sync/remote-directory.ts';
import { type DiskFacts, requireMounted } from './sync/require-disks.ts';

export interface RemoteTestStep {
	/** `command`, `exists`, `place`, `config`, `reachable`, `writable`, `readable`, `space` */
	readonly step: string;
	readonly ok: boolean;
	readonly detail: string;
	readonly hint?: string;
	readonly ms: number;
}

export interface RemoteTestResult {
	readonly remote: string;
	readonly ok: boolean;
	readonly steps: readonly RemoteTestStep[];
	readonly space?: RemoteSpace;
	readonly problem?: Problem;
	/** 0 when ok. */
	readonly exitCode: number;
}

export interface RemoteTestDeps {
	readonly rclone: (remote: RemoteConfig) => Rclone;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Told of each step as it ends. */
	readonly onStep?: (step: RemoteTestStep) => void;
	/** Where the repository and the state lie. */
	readonly place: DiskFacts;
	/** Notes a place that is as it should be, so that the first sync knows its disk. */
	readonly remember?: (remote: RemoteConfig, place: Place, mounts: Readonly<Record<string, string>>) => void;
	/** A few random characters for the name of the probe file. */
	readonly token: () => string;
	/** True: nothing is written. */
	readonly dryRun: boolean;
}

/**
 * Tests a remote step by step: known to rclone, reachable, writable, readable, how full. Stops at the first step that
 * fails; the probe file is removed.
 */
export async function testRemote(deps: RemoteTestDeps, remote: RemoteConfig): Promise<RemoteTestResult> {
	const steps: RemoteTestStep[] = [];
	let space: RemoteSpace | undefined;
	const step = async (name: string, work: () => Promise<string>) => {
		const startedAt = performance.now();
		const ms = () => Math.round(performance.now() - startedAt);
		const add = (done: RemoteTestStep) => {
			steps.push(done);
			deps.onStep?.(done);
		};
		try {
			add({ step: name, ok: true, detail: await work(), ms: ms() });
		} catch (error) {
			const { message, hint } = toProblem(error);
			add({ step: name, ok: false, detail: message, ms: ms(), ...(hint === undefined ? {} : { hint }) });
			throw error;
		}
	};
	try {
		if (remote.command.length > 0) await step('command', async () => testCommand(remote));
		else {
			const rclone = deps.rclone(remote);
			const address = remoteAddress(remote.remote, remote.path);
			const place = rcloneLocation(address);
			await step('exists', async () => {
				await requireDirectory({ address, remote });
				if (address.kind === 'directory') return `${address.root} is a directory`;
				return await findRemote(rclone, address.root);
			});
			await step('place', async () => {
				const resolved = await resolvePlace(remote, deps.environment, rclone);
				requirePlace(resolved, remote, deps.environment);
				const { mounts, warning } = await requireMounted(remote, resolved, deps.place);
				deps.remember?.(remote, resolved, mounts);
				return `${describeResolved(resolved)}${warning === undefined ? '' : `; ${warning}`}`;
			});
			if (address.kind === 'remote')
				await step('config', async () => testConfigFile(remote, deps.environment));
			await step('reachable', async () => `${(await rclone.listFolders(place)).length} folders in ${place}`);
			if (!deps.dryRun) await probe(rclone, `${place.replace(/\/+$/, '')}/.backup-tui-${deps.token()}`, step);
			await step('space', async () => {
				space = await rclone.space(place.startsWith('/') ? address.root : place);
				return space?.free === undefined ? 'the backend does not tell' : `${formatBytes(space.free)} free`;
			});
		}
		return { remote: remote.name, ok: true, steps, exitCode: 0, ...(space === undefined ? {} : { space }) };
	} catch (error) {
		const { exitCode } = toBackupTuiError(error);
		return { remote: remote.name, ok: false, steps, problem: toProblem(error), exitCode };
	}
}

async function findRemote(rclone: Rclone, name: string): Promise<string> {
	const known = await rclone.remotes();
	if (known.includes(name)) return `rclone knows ${name}:`;
	throw new BackupTuiError('remote-unknown', `rclone does not know a remote ${name}`, {
		hint: known.length === 0 ? 'make one with: rclone config' : `it knows: ${known.join(', ')}`,
	});
}

function testConfigFile(
	remote: RemoteConfig,
	environment: Readonly<Record<string, string | undefined>>,
): string {
	const found = inspectRcloneConfig(remote.rcloneConfig, environment);
	if (found.warning !== undefined) return `${found.warning.message}: ${found.warning.hint}`;
	return found.path === undefined ? 'no file: the remote is defined in the environment' : found.path;
}

type Step = (name: string, work: () => Promise<string>) => Promise<void>;

async function probe(rclone: Rclone, location: string, step: Step): Promise<void> {
	const content = `backup-tui ${location}\n`;
	await step('writable', async () => {
		await rclone.writeFile(location, content);
		return 'a probe file was written';
	});
	try {
		await step('readable', async () => {
			if ((await rclone.readFile(location)) === content) return 'the probe file was read back';
			throw new BackupTuiError('sync-failed', 'the remote does not give back what was written to it');
		});
	} finally {
		await rclone.deleteFile(location);
	}
}

function testCommand(remote: RemoteConfig): string {
	const [file = ''] = remote.command;
	try {
		if (!statSync(file).isFile()) throw new Error('not a file');
		accessSync(file, constants.X_OK);
	} catch (error) {
		throw new BackupTuiError('tool-missing', `${file} cannot be run: ${(error as Error).message}`, {
			hint: 'give SYNC_COMMAND the absolute path of an executable file',
		});
	}
	return `${file} can be run; whether it reaches its remote only a sync tells`;
}
