import type { Writable } from 'node:stream';
import type { RemoteConfig } from './config/types.ts';
import { BackupTuiError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { createProcessRunner } from './process/run.ts';
import { remoteAddress, resticLocation } from './rclone/address.ts';
import type { Restic } from './restic/client.ts';
import { readPassword } from './restic/password.ts';
import type { Run } from './services/conduct-run.ts';
import { discoverConfigured } from './services/discover-configured.ts';
import { type CollectedKit, collectKit } from './services/recovery-kit/collect.ts';
import { assertKnownRepository } from './services/repository-identity.ts';
import { type RestoreAllRequest, restoreAll } from './services/restore/all.ts';
import { restoreAsCopy } from './services/restore/as-copy.ts';
import type { RestoreDeps, StackSelection } from './services/restore/deps.ts';
import { createRestoreDocker } from './services/restore/docker.ts';
import { restoreInPlace } from './services/restore/in-place.ts';
import { unchangedError } from './services/restore/named-error.ts';
import type { RestoreChoices, RestoreSource, RestoreStackRequest } from './services/restore/request.ts';
import { rollBack } from './services/restore/roll-back.ts';
import { restoreToStream } from './services/restore/to-stdout.ts';
import { restoreToTarget } from './services/restore/to-target.ts';
import { asRestoreFailure } from './services/restore-failure.ts';
import { readMarker } from './services/restore-repository/target.ts';
import { placeOf, placeProblem } from './services/sync/place.ts';
import type { Stack } from './stacks/types.ts';
import { connectDocker } from './wiring-docker.ts';
import type { BackupWiring } from './wiring-options.ts';
import { identityDeps, lookIntoRepository, openRepository } from './wiring-repository.ts';
import { openRemoteRepository } from './wiring-sync.ts';

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
			hint:
				only === undefined
					? 'configure one in [cloud_sync]; for a stack from the local repository: --stack NAME without --from-remote'
					: `name it: --remote, one of ${names}`,
			exitCode: 4,
		},
	);
}

/** The repository snapshots are read from. Throws `remote-unknown`. */
function openSource(options: BackupWiring, source: RestoreSource, run?: Run, signal?: AbortSignal): Restic {
	const stop = signal ?? run?.signal;
	if (!source.fromRemote) return openRepository(options, run, stop);
	const remote = chooseRemote(options.config.remotes, source.remote);
	const problem = placeProblem(placeOf(remote, options.env), remote, options.env);
	// A remote that is not found here may be known to rclone all the same; restic then says what it says.
	if (problem?.code === 'config-invalid')
		throw new BackupTuiError(problem.code, `${remote.name}: ${problem.message}`, {
			hint: problem.hint,
			exitCode: 4,
		});
	const location = resticLocation(remoteAddress(remote.remote, remote.path));
	return openRemoteRepository(options, location, remote, run);
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

/**
 * Safety snapshots go into this host's own repository, and data comes out of it: not of another one that is in its place. One that is
 * not there, or cannot be opened, is told of by the restore.
 */
async function assertOwnKnown(options: BackupWiring, own: Restic, signal: AbortSignal): Promise<void> {
	try {
		await assertKnownRepository(identityDeps(options, own), { signal }, exitCodes.restore);
	} catch (error) {
		if (error instanceof BackupTuiError && error.code === 'repository-changed') throw error;
	}
}

/** Opens everything a restore needs and closes it afterwards. */
async function withRestoreDeps<T>(
	options: BackupWiring,
	run: Run,
	source: RestoreSource,
	use: (deps: RestoreDeps) => Promise<T>,
): Promise<T> {
	const { config } = options;
	const access = await connectDocker(options, run);
	// Not bound to the first signal: going back must end well. Each call is told of it where it may be cut.
	await using own = openRepository(options, run);
	await using other = source.fromRemote ? openSource(options, source, run) : undefined;
	await assertOwnKnown(options, own, run.signal);
	const deps: RestoreDeps = {
		config,
		source: other ?? own,
		noLock: source.fromRemote,
		own,
		docker: createRestoreDocker({ access, config, run, stacks: () => stacksOf(options) }),
		journal: options.journal,
		stacks: () => stacksOf(options),
		recover: async (current, resuming) => {
			await options.recover(current, resuming);
		},
		version: options.version,
		now: () => new Date(),
	};
	return await use(deps).catch((error: unknown) => {
		throw run.signal.aborted ? error : asRestoreFailure(error);
	});
}

/** Restores a stack, or parts of it, to where the request says. */
export function runWiredRestore(
	options: BackupWiring,
	run: Run,
	request: RestoreStackRequest,
	choices: RestoreChoices,
): Promise<void> {
	return withRestoreDeps(options, run, request, (deps) =>
		restoreAsAsked(run, deps, request, choices).catch((error: unknown) => {
			// What is thrown comes before anything is touched.
			throw unchangedError(run, request.stack, error);
		}),
	);
}

async function restoreAsAsked(
	run: Run,
	deps: RestoreDeps,
	request: RestoreStackRequest,
	choices: RestoreChoices,
): Promise<void> {
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
}

/**
 * Brings a local repository that is gone back from the remote, or goes on with it.
 *
 * @returns where the stacks are to be read from
 * @throws restore-refused when another repository is in its place
 */
async function bringRepository(
	options: BackupWiring,
	run: Run,
	request: RestoreSource,
): Promise<RestoreSource> {
	const remote = chooseRemote(options.config.remotes, request.remote);
	await using own = openRepository(options, run, run.signal);
	const { location } = own;
	if (location.kind !== 'local') return request;
	const presence = await own.presence();
	if (presence === 'repository' && readMarker(location.path) === undefined) {
		await using there = openSource(options, request, run);
		const [here, away] = await Promise.all([own.config(), there.config()]);
		if (here.id === away.id) return { fromRemote: false };
		throw new BackupTuiError('restore-refused', `another repository is at ${location.path}`, {
			hint: 'move it away, or restore from it: backup-tui restore --all',
		});
	}
	if (options.dryRun) return request;
	const { runWiredRepositoryRestore } = await import('./wiring-restore-repository.ts');
	await runWiredRepositoryRestore(options, run, {
		remote,
		path: location.path,
		cwd: '/',
		force: false,
		readDataPercent: 0,
		configFile: undefined,
	});
	return { fromRemote: false };
}

/**
 * Restores every stack that is not on this host. From a remote, a local repository that is gone is brought back first, so
 * that backups go on in it afterwards; any other is read where it is.
 */
export async function runWiredRestoreAll(
	options: BackupWiring,
	run: Run,
	request: RestoreAllRequest & RestoreSource,
): Promise<void> {
	const source = request.fromRemote ? await bringRepository(options, run, request) : request;
	await withRestoreDeps(options, run, source, async (deps) => {
		await restoreAll(run, deps, request);
	});
}

/** One file of a snapshot to a stream; no run, nothing is written anywhere. */
export async function runWiredStream(
	options: BackupWiring,
	request: StackSelection & RestoreSource,
	to: Writable,
	signal: AbortSignal,
): Promise<void> {
	await using source = openSource(options, request, undefined, signal);
	await restoreToStream({ source, config: options.config }, request, to, signal);
}

/** What a bare machine needs, proven to open the repository. */
export async function collectWiredKit(options: BackupWiring): Promise<CollectedKit> {
	const { config, env } = options;
	return lookIntoRepository(options, (restic) =>
		collectKit({
			config,
			environment: env,
			version: options.version,
			now: () => new Date(),
			readPassword: async () => {
				const runner = createProcessRunner({ cookie: `look-${process.pid}` });
				return (await readPassword(config.repository.password, runner, env)).toString('utf8');
			},
			repositoryId: async () => (await restic.config()).id,
		}),
	);
}
