import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError, toBackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { copyRepository } from './copy-repository.ts';
import { parseDeleteLimit } from './max-delete.ts';
import { mirror } from './mirror.ts';
import { syncByCommand } from './own-command.ts';
import { requirePlace, resolvePlace } from './place.ts';
import { toProblem } from './problem.ts';
import { countedTime } from './quarantine-age.ts';
import { addToHistory, openMemory, type PastSync, type RemoteMemory, stateAt } from './remote-state.ts';
import { requireDisks } from './require-disks.ts';
import type { SyncDeps, SyncOptions, SyncResult, SyncWay, WayOutcome } from './types.ts';

/**
 * Chooses remotes by name.
 *
 * @param names empty = all
 * @throws remote-unknown, also when there is none at all: nothing copied off-site is no success
 */
export function chooseRemotes(
	remotes: readonly RemoteConfig[],
	names: readonly string[],
): readonly RemoteConfig[] {
	if (remotes.length === 0) {
		throw new BackupTuiError('remote-unknown', 'no remote is configured', {
			hint: 'set RCLONE_REMOTE and RCLONE_PATH in [cloud_sync] (`backup-tui config generate -` explains them)',
		});
	}
	const known = remotes.map((remote) => remote.name).join(', ');
	const chosen = names.map((name) => {
		const remote = remotes.find((one) => one.name === name);
		if (remote !== undefined) return remote;
		throw new BackupTuiError('remote-unknown', `there is no remote ${name}`, { hint: `there are: ${known}` });
	});
	return chosen.length === 0 ? remotes : [...new Set(chosen)];
}

/** Which way a remote gets its copy, and why: told to the user. */
function wayOf(
	remote: RemoteConfig,
	directory: string | undefined,
): { readonly way: SyncWay; readonly why: string } {
	if (remote.command.length > 0) return { way: 'command', why: 'the remote is a command of your own' };
	if (directory !== undefined)
		return { way: 'mirror', why: 'the repository is a local directory: its files are mirrored with rclone' };
	return {
		way: 'copy',
		why: 'the repository is not a local directory: its snapshots are copied with restic copy into a second repository on the remote',
	};
}

/**
 * Brings every chosen remote up to date, one after the other. One remote's failure never stops the others.
 *
 * @throws remote-unknown and usage before anything is done
 */
export async function syncRemotes(
	deps: SyncDeps,
	remotes: readonly RemoteConfig[],
	options: SyncOptions,
): Promise<readonly SyncResult[]> {
	const chosen = chooseRemotes(remotes, options.remotes);
	if (options.maxDelete !== undefined) parseDeleteLimit(options.maxDelete);
	const results: SyncResult[] = [];
	for (const remote of chosen) {
		if (deps.signal?.aborted) break;
		results.push(await syncRemote(deps, remote, options));
	}
	return results;
}

async function syncRemote(deps: SyncDeps, remote: RemoteConfig, options: SyncOptions): Promise<SyncResult> {
	const startedAt = deps.clock.now();
	const { way, why } = wayOf(remote, deps.source.directory);
	deps.emit({ type: 'phase-start', phase: 'sync', target: remote.name });
	deps.emit({ type: 'message', level: way === 'copy' ? 'info' : 'debug', text: `${remote.name}: ${why}` });
	let outcome: WayOutcome = nothingSent('');
	let failure: unknown;
	const ms = () => Math.round(deps.clock.now() - startedAt);
	try {
		const lock = await deps.lock(remote.name);
		try {
			const memory = openMemory(deps.stateDir, remote.name);
			countTime(deps, remote, memory);
			try {
				outcome = await goThatWay(deps, remote, way, options, memory);
			} catch (error) {
				failure = error;
			}
			record(deps, memory, pastSync(deps, outcome, ms(), failure));
		} finally {
			lock.release();
		}
	} catch (error) {
		// A sync that was refused by a lock is none: nothing is recorded of it.
		failure = error;
	}
	const ok = failure === undefined;
	const ended = failure === undefined ? {} : { problem: toProblem(failure) };
	const { transferredBytes, transferredFiles, quarantinedFiles, verified } = outcome;
	const dry = deps.dryRun ? { dryRun: true } : {};
	const sums = { transferredBytes, transferredFiles, quarantinedFiles };
	const detail = failure instanceof BackupTuiError ? failure.detail : undefined;
	if (detail !== undefined) deps.emit({ type: 'message', level: 'debug', text: `${remote.name}: ${detail}` });
	deps.emit({ type: 'sync-end', remote: remote.name, ok, ms: ms(), ...sums, verified, ...dry, ...ended });
	deps.emit({ type: 'phase-end', phase: 'sync', target: remote.name, ok, ms: ms(), ...ended });
	const exitCode = failure === undefined ? exitCodes.ok : toBackupTuiError(failure).exitCode;
	return { remote: remote.name, way, ok, ms: ms(), ...sums, verified, ...ended, exitCode };
}

function pastSync(deps: SyncDeps, outcome: WayOutcome, ms: number, failure: unknown): PastSync {
	const { transferredBytes, transferredFiles, quarantinedFiles } = outcome;
	return {
		at: new Date(deps.clock.now()).toISOString(),
		ok: failure === undefined,
		ms,
		transferredBytes,
		transferredFiles,
		quarantinedFiles,
		...(failure === undefined ? {} : { problem: toProblem(failure) }),
	};
}

/** Every sync moves the counted time on, whatever becomes of it. A clock that jumped is told of where it would matter. */
function countTime(deps: SyncDeps, remote: RemoteConfig, memory: RemoteMemory): void {
	const { state } = memory;
	const { clock, doubt } = countedTime(state.clock, state.history, deps.clock.now());
	memory.state = { ...state, clock };
	if (doubt === undefined || (state.kept ?? state.quarantine ?? []).length === 0) return;
	deps.emit({ type: 'message', level: doubt.level, text: `${remote.name}: ${doubt.text}` });
}

function nothingSent(verified: string): WayOutcome {
	return { transferredBytes: 0, transferredFiles: 0, quarantinedFiles: 0, verified };
}

async function goThatWay(
	deps: SyncDeps,
	remote: RemoteConfig,
	way: SyncWay,
	options: SyncOptions,
	memory: RemoteMemory,
): Promise<WayOutcome> {
	const { directory } = deps.source;
	if (way === 'command') {
		const command = remote.command.join(' ');
		memory.state = stateAt(memory.state, { key: command, location: command });
		await syncByCommand(deps, remote, options, memory);
		return nothingSent('the exit code of your command');
	}
	const place = await resolvePlace(remote, deps.environment, deps.rclone(remote));
	requirePlace(place, remote, deps.environment);
	memory.state = stateAt(memory.state, place);
	await requireDisks(deps, remote, place, options, memory);
	if (way === 'mirror' && directory !== undefined) {
		return await mirror(deps, remote, directory, options, memory);
	}
	return nothingSent(await copyRepository(deps, remote, options, memory));
}

function record(deps: SyncDeps, memory: RemoteMemory, past: PastSync): void {
	if (deps.dryRun) return;
	try {
		memory.state = addToHistory(memory.state, past);
		memory.save();
	} catch (error) {
		const { message, hint } = toProblem(error);
		deps.emit({ type: 'message', level: 'warn', text: message, ...(hint === undefined ? {} : { hint }) });
	}
}
