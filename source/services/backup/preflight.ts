import type { Config } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import { missingAbilities } from '../../restic/version.ts';
import type { Engine } from '../../stacks/engine.ts';
import type { Run } from '../conduct-run.ts';
import { removeStaleLocks } from '../unlock.ts';

export interface PreflightDeps {
	readonly config: Config;
	readonly restic: Restic;
	readonly engine: Engine;
	/** Throws config-invalid, remote-unknown where a repository behind rclone ends in no place of its own. */
	readonly assertPlace: () => Promise<void>;
	/** Opens the repository: proves that it is there and the password right. Throws repository-*. */
	readonly openRepository: () => Promise<void>;
	/** Throws repository-changed when it is not the one of earlier runs. */
	readonly assertKnown: () => Promise<unknown>;
	/** Throws repository-missing where no new repository may be made. */
	readonly assertMayInit: () => void;
	/** Notes a repository that was just made. */
	readonly rememberNew: (id: string) => void;
	/** Asked when there is no repository: make one? In a dry run: go on as if it were made? */
	readonly offerInit: (location: string) => Promise<boolean>;
	/** Space on the repository's and the cache's disk. Throws `no-space`. */
	readonly checkSpace: (run: Run) => Promise<void>;
}

/**
 * Everything that can be wrong before a stack is touched: tools and their versions, the daemon, the repository and its
 * password, space, stale locks. What fails here has cost no stack a second of downtime.
 */
export async function preflight(run: Run, deps: PreflightDeps): Promise<void> {
	const [version, info] = await Promise.all([deps.restic.version(), deps.engine.info()]);
	const missing = missingAbilities(version);
	run.session.emit({
		type: 'message',
		level: 'debug',
		text: `restic ${version.text}${missing.length === 0 ? '' : ` (cannot ${missing.join(', ')})`}, Docker Engine ${info.version} (${deps.engine.endpoint})`,
	});
	await deps.assertPlace();
	const made = await openRepository(run, deps);
	if (!made) await deps.assertKnown();
	await deps.checkSpace(run);
	if (run.session.dryRun) return;
	const { kept } = await removeStaleLocks(run, deps.restic);
	for (const lock of kept.filter((one) => one.exclusive)) {
		run.session.emit({
			type: 'message',
			level: 'warn',
			text: `the repository is locked by pid ${lock.pid} on ${lock.hostname} since ${new Date(lock.time).toISOString()}`,
		});
	}
	await deps.restic.assertWritable({ signal: run.signal });
}

/** A repository that is opened answers within a second or two; one that is far and slow within some more. */
const patienceMs = 15_000;

/**
 * Never makes a repository by itself where files are, and never over a wrong password.
 *
 * @returns whether one was made, or would be
 */
async function openRepository(run: Run, deps: PreflightDeps): Promise<boolean> {
	const presence = await deps.restic.presence();
	const { display } = deps.restic.location;
	if (presence === 'absent' || presence === 'empty') {
		deps.assertMayInit();
		if (await deps.offerInit(display)) {
			if (!run.session.dryRun) await makeRepository(run, deps);
			else
				run.session.emit({
					type: 'message',
					level: 'info',
					text: `would make a new repository at ${display}`,
				});
			return true;
		}
		throw new BackupTuiError('repository-missing', `there is no repository at ${display}`, {
			hint: `if its disk is not mounted, mount it; to make a new one: backup-tui backup --init${run.session.dryRun ? ' (with --dry-run: to see the plan)' : ''}`,
		});
	}
	const slow = setTimeout(() => {
		run.session.emit({
			type: 'message',
			level: 'warn',
			text: `the repository has not answered for ${patienceMs / 1000} s: ${display}`,
			hint: 'it is waited for some minutes more; nothing has been stopped yet',
		});
	}, patienceMs);
	try {
		await deps.openRepository();
	} catch (error) {
		const missing =
			error instanceof BackupTuiError && error.code === 'repository-missing' && presence === 'unknown';
		if (!missing || run.session.dryRun) throw error;
		deps.assertMayInit();
		if (!(await deps.offerInit(display))) throw error;
		await makeRepository(run, deps);
		return true;
	} finally {
		clearTimeout(slow);
	}
	return false;
}

async function makeRepository(run: Run, { restic, rememberNew }: PreflightDeps): Promise<void> {
	const { id } = await restic.init();
	rememberNew(id);
	const text = `made a new repository at ${restic.location.display}`;
	run.session.emit({ type: 'message', level: 'info', text });
}
