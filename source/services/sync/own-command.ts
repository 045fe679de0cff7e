import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { Command } from '../../process/command.ts';
import { childEnvironment } from '../../process/environment.ts';
import { guardEmptied, guardError, guardLocks, guardRepository } from './guards.ts';
import { guardPutBack, inOrder } from './lost-newest.ts';
import { parseDeleteLimit } from './max-delete.ts';
import { readInventory } from './read-inventory.ts';
import type { RemoteMemory } from './remote-state.ts';
import { deadlineOf, timeLeft, withRetries } from './retry.ts';
import type { SyncDeps, SyncOptions } from './types.ts';

/**
 * Brings a remote up to date by a command of the user's own. It is not given a repository that is broken, emptied or
 * being pruned.
 *
 * @throws sync-guard, sync-failed
 */
export async function syncByCommand(
	deps: SyncDeps,
	remote: RemoteConfig,
	options: SyncOptions,
	memory: RemoteMemory,
): Promise<void> {
	const { directory, display } = deps.source;
	if (directory === undefined) return await runOwnCommand(deps, remote, display);
	const inventory = await readInventory(directory);
	const snapshots = inOrder(directory, inventory, memory.state);
	const limit = parseDeleteLimit(options.maxDelete ?? remote.maxDelete);
	const findings = [
		guardRepository(inventory, directory),
		guardEmptied(snapshots.length, memory.state.snapshots.length, limit, remote.name),
		guardLocks(inventory.locks.length > 0 ? await deps.source.locks() : []),
		await guardPutBack(deps, remote.name, inventory, memory.state, options),
	];
	for (const finding of findings) {
		const { guard, ok, detail } = finding;
		deps.emit({ type: 'guard', remote: remote.name, guard, ok, detail });
		if (!ok) throw guardError(remote.name, finding);
	}
	await runOwnCommand(deps, remote, directory);
	memory.state = { ...memory.state, snapshots, ordered: true };
}

/** Hands the repository's path to the command. It must exit 0; what it does is its own affair. */
async function runOwnCommand(deps: SyncDeps, remote: RemoteConfig, directory: string): Promise<void> {
	const [file = '', ...args] = [...remote.command, directory];
	if (deps.dryRun) {
		deps.emit({ type: 'command', tool: 'user', argv: [file, ...args], exitCode: null, ms: 0, dryRun: true });
		return;
	}
	const deadline = deadlineOf(deps, remote);
	await withRetries({ deps, remote, deadline, retryable: () => true }, async () => {
		const command: Command = {
			tool: 'user',
			file,
			args,
			env: childEnvironment(deps.environment, [], { BACKUP_TUI_REMOTE: remote.name }),
			// None only with SYNC_TIMEOUT=0.
			timeoutMs: timeLeft(deps, deadline).timeoutMs ?? Number.POSITIVE_INFINITY,
			...(deps.signal === undefined ? {} : { signal: deps.signal }),
		};
		const result = await deps.runner.run(command);
		if (result.exitCode === 0 && !result.timedOut) return;
		const end = result.timedOut ? 'did not end in time' : `ended with ${result.exitCode ?? result.signal}`;
		throw new BackupTuiError('sync-failed', `${remote.name}: ${file} ${end}`, {
			hint: `try it by hand: ${[file, ...args].join(' ')}`,
			detail: result.stderr,
		});
	});
}
