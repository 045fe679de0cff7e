import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import type { RemoteConfig } from './config/types.ts';
import { BackupTuiError } from './errors.ts';
import type { ProcessRunner } from './process/command.ts';
import { findTool } from './process/find-tool.ts';
import { createProcessRunner } from './process/run.ts';
import { remoteAddress, resticLocation } from './rclone/address.ts';
import { createRestic, type Restic } from './restic/client.ts';
import type { PasswordSource } from './restic/types.ts';
import type { Run } from './services/conduct-run.ts';
import { discoverConfigured } from './services/discover-configured.ts';
import { restoreAsCopy } from './services/restore/as-copy.ts';
import type { RestoreDeps, StackSelection } from './services/restore/deps.ts';
import { createRestoreDocker } from './services/restore/docker.ts';
import { restoreInPlace } from './services/restore/in-place.ts';
import type { RestoreChoices, RestoreSource, RestoreStackRequest } from './services/restore/request.ts';
import { rollBack } from './services/restore/roll-back.ts';
import { restoreToStream } from './services/restore/to-stdout.ts';
import { restoreToTarget } from './services/restore/to-target.ts';
import type { Stack } from './stacks/types.ts';
import { connectDocker } from './wiring.ts';
import type { BackupWiring } from './wiring-backup.ts';

/** @returns the remote a person means. Throws `remote-unknown` when there is none, or several and none is named */
export function chooseRemote(remotes: readonly RemoteConfig[], name: string | undefined): RemoteConfig {
	const usable = remotes.filter((remote) => remote.remote !== '');
	const names = usable.map((remote) => remote.name).join(', ');
	if (name !== undefined) {
		const found = usable.find((remote) => remote.name === name);
		if (found !== undefined) return found;
		throw new BackupTuiError('remote-unknown', `there is no remote "${name}"`, {
			hint: names === '' ? 'configure one in [cloud_sync]' : `there are ${names}`,
			exitCode: 4,
		});
	}
	const [only, other] = usable;
	if (only !== undefined && other === undefined) return only;
	throw new BackupTuiError(
		'remote-unknown',
		only === undefined ? 'no remote is configured' : 'which remote?',
		{
			hint: only === undefined ? 'configure one in [cloud_sync]' : `name it: --remote, one of ${names}`,
			exitCode: 4,
		},
	);
}

interface Place {
	readonly repository: string;
	readonly password: PasswordSource;
	readonly rcloneConfig: string;
}

function open(options: BackupWiring, runner: ProcessRunner, place: Place): Restic {
	const { config, env } = options;
	return createRestic({
		runner,
		binary: findTool('restic', config.tools.restic),
		...(place.repository.startsWith('rclone:')
			? { rcloneBinary: findTool('rclone', config.tools.rclone) }
			: {}),
		repository: place.repository,
		password: place.password,
		runDir: config.paths.runDir,
		cacheDir: config.paths.cacheDir,
		environment: { ...env, ...(place.rcloneConfig === '' ? {} : { RCLONE_CONFIG: place.rcloneConfig }) },
		clock: () => Date.now(),
		hostname: hostname(),
		retryLockSeconds: config.repository.retryLockSeconds,
		backupTimeoutMs: config.repository.backupTimeoutSeconds * 1000,
		withoutCache: options.dryRun,
	});
}

function ownPlace({ config }: BackupWiring): Place {
	const { location, password } = config.repository;
	return { repository: location, password, rcloneConfig: '' };
}

/** Where snapshots are read from. Throws `remote-unknown`. */
function sourcePlace(options: BackupWiring, source: RestoreSource): Place {
	if (!source.fromRemote) return ownPlace(options);
	const { config } = options;
	const remote = chooseRemote(config.remotes, source.remote);
	return {
		repository: resticLocation(remoteAddress(remote.remote, remote.path)),
		password:
			remote.copyPasswordFile === ''
				? config.repository.password
				: { kind: 'file', path: remote.copyPasswordFile },
		rcloneConfig: remote.rcloneConfig,
	};
}

/** A host on which nothing is yet has no stacks directory either. */
async function stacksOf({ config, env }: BackupWiring): Promise<readonly Stack[]> {
	try {
		return (await discoverConfigured(config, env)).stacks;
	} catch (error) {
		if (error instanceof BackupTuiError && error.code === 'stacks-dir-missing') return [];
		throw error;
	}
}

/** Opens everything a restore needs and closes it afterwards. */
export async function withRestoreDeps<T>(
	options: BackupWiring,
	run: Run,
	source: RestoreSource,
	use: (deps: RestoreDeps) => Promise<T>,
): Promise<T> {
	const { config } = options;
	const access = await connectDocker(options, run);
	await using own = open(options, run.session.runner, ownPlace(options));
	await using other = source.fromRemote
		? open(options, run.session.runner, sourcePlace(options, source))
		: undefined;
	return await use({
		config,
		source: other ?? own,
		noLock: source.fromRemote,
		own,
		docker: createRestoreDocker({ access, config, run, stacks: () => stacksOf(options) }),
		journal: options.journal,
		stacks: () => stacksOf(options),
		recover: async (current, resuming) => {
			await options.services.recover(current, resuming);
		},
		version: options.version,
		now: () => new Date(),
	});
}

/** Restores a stack, or parts of it, to where the request says. */
export function runWiredRestore(
	options: BackupWiring,
	run: Run,
	request: RestoreStackRequest,
	choices: RestoreChoices,
): Promise<void> {
	return withRestoreDeps(options, run, request, async (deps) => {
		switch (request.mode) {
			case 'target':
				await restoreToTarget(run, deps, { ...request, approve: choices.approve });
				return;
			case 'as':
				await restoreAsCopy(run, deps, request);
				return;
			case 'rollback':
				await rollBack(run, deps, { stack: request.stack, approve: choices.approve });
				return;
			case 'in-place':
				await restoreInPlace(run, deps, { ...request, ...choices });
				return;
		}
	});
}

/** One file of a snapshot to a stream; no run, nothing is written anywhere. */
export async function runWiredStream(
	options: BackupWiring,
	request: StackSelection & RestoreSource,
	to: Writable,
	signal: AbortSignal,
): Promise<void> {
	const runner = createProcessRunner({ cookie: `look-${process.pid}` });
	await using source = open(options, runner, sourcePlace(options, request));
	await restoreToStream({ source, config: options.config }, request, to, signal);
}
