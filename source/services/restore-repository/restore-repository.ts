import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { rcloneLocation, remoteAddress } from '../../rclone/address.ts';
import { asRestoreFailure } from '../restore-failure.ts';
import { findDamage } from '../sync/hash-files.ts';
import { countBytes, countFiles, type Inventory, uploadOrder } from '../sync/layout.ts';
import { requirePlace, resolvePlace } from '../sync/place.ts';
import { toProblem } from '../sync/problem.ts';
import { TransferProgress } from '../sync/progress.ts';
import { deadlineOf, timeLeft, withRetries } from '../sync/retry.ts';
import { dropFiles, type FetchContext, fetchFiles, fetchPaths } from './fetch.ts';
import { beginTarget, examineTarget, finishTarget } from './target.ts';
import type {
	RestoredRepository,
	RestoreRepositoryDeps,
	RestoreRepositoryRequest,
	StructureOutcome,
} from './types.ts';

/**
 * Brings a repository back from a remote and proves it: every file's content against its name, which needs no password,
 * then restic's structure check. Can be cut anywhere and run again.
 *
 * @throws restore-refused, restore-failed, no-space, remote-*, timed-out
 */
export async function restoreRepository(
	deps: RestoreRepositoryDeps,
	request: RestoreRepositoryRequest,
): Promise<RestoredRepository> {
	const { remote } = request;
	deps.emit({ type: 'phase-start', phase: 'restore', target: remote.name });
	const startedAt = deps.clock.now();
	const ms = () => Math.round(deps.clock.now() - startedAt);
	try {
		const restored = await bringBack(deps, request);
		deps.emit({ type: 'phase-end', phase: 'restore', target: remote.name, ok: true, ms: ms() });
		return { ...restored, ms: ms() };
	} catch (error) {
		const failure = asRestoreFailure(error);
		const problem = toProblem(failure);
		deps.emit({ type: 'phase-end', phase: 'restore', target: remote.name, ok: false, ms: ms(), problem });
		throw failure;
	}
}

async function bringBack(
	deps: RestoreRepositoryDeps,
	request: RestoreRepositoryRequest,
): Promise<Omit<RestoredRepository, 'ms'>> {
	const { remote, target } = request;
	const bounded = { ...remote, syncTimeoutSeconds: request.timeoutSeconds };
	const deadline = deadlineOf(deps, bounded);
	const address = remoteAddress(remote.remote, remote.path);
	const from = rcloneLocation(address);
	requirePlace(await resolvePlace(remote, deps.environment, deps.rclone(remote)), remote, deps.environment);
	const { resuming } = await examineTarget(target, from, request);
	if (resuming) say(deps, `going on with the unfinished restore in ${target}`);
	const progress = new TransferProgress(deps.emit, remote.name, 'restore');
	let begun = resuming;
	const context: FetchContext = {
		rclone: deps.rclone(remote),
		address,
		target,
		dryRun: deps.dryRun,
		progress,
		call: () => timeLeft(deps, deadline),
		begin: () => {
			if (!deps.dryRun && !begun) beginTarget(target, from, new Date(deps.clock.now()), request.configured);
			begun = true;
		},
	};
	const retries = {
		setting: 'RESTORE_TIMEOUT',
		deps,
		remote: bounded,
		deadline,
		progressed: () => progress.takeFresh(),
	};
	const there = await withRetries(retries, () => fetchFiles(context));
	const done = {
		target,
		remote: remote.name,
		files: countFiles(there.files),
		bytes: countBytes(there.files),
		fetchedFiles: progress.sentFiles,
		fetchedBytes: progress.sentBytes,
		snapshots: there.files.snapshots.size,
	};
	if (deps.dryRun) return { ...done, stacks: [], verified: 'nothing' };
	await withRetries(retries, () => proveContents(deps, context, there));
	const { what, stacks } = await proveStructure(deps, request);
	finishTarget(target);
	return { ...done, stacks, verified: `contents by their names, ${what}` };
}

function say(deps: RestoreRepositoryDeps, text: string, hint?: string): void {
	const level = hint === undefined ? 'info' : 'warn';
	deps.emit({ type: 'message', level, text, ...(hint === undefined ? {} : { hint }) });
}

/** Reads back every file. What is wrong is fetched once more: if it is wrong again, the remote has it so. */
async function proveContents(
	deps: RestoreRepositoryDeps,
	context: FetchContext,
	there: Inventory,
): Promise<void> {
	const sizes = new Map(uploadOrder.flatMap((kind) => [...there.files[kind]]));
	const signal = deps.signal === undefined ? {} : { signal: deps.signal };
	const first = await findDamage(context.target, sizes.keys(), signal);
	const wrong = [...first.damaged, ...first.vanished];
	if (wrong.length === 0) return;
	say(deps, `${wrong.length} files are not what their names say and are fetched again, e.g. ${wrong[0]}`);
	dropFiles(context.target, wrong);
	await fetchPaths(context, wrong, sizes);
	const second = await findDamage(context.target, wrong, signal);
	const [example] = [...second.damaged, ...second.vanished];
	if (example === undefined) return;
	const count = second.damaged.length + second.vanished.length;
	throw new BackupTuiError(
		'restore-failed',
		`${count} files are damaged on the remote too, e.g. ${example}`,
		{
			hint: `everything else is in ${context.target}; another remote may have them (--remote), or see restic repair packs`,
			detail: [...second.damaged, ...second.vanished].join('\n'),
			exitCode: exitCodes.restore,
		},
	);
}

async function proveStructure(
	deps: RestoreRepositoryDeps,
	request: RestoreRepositoryRequest,
): Promise<Pick<StructureOutcome, 'what' | 'stacks'>> {
	const { target, remote, readDataPercent } = request;
	try {
		const { errors, what, stacks } = await deps.check(target, remote, readDataPercent);
		if (errors.length === 0) return { what, stacks };
		throw new BackupTuiError(
			'restore-failed',
			`the repository is here, but restic finds it damaged: ${errors[0]}`,
			{
				hint: `look at it: restic -r ${target} check --read-data; another remote may have a better one (--remote)`,
				detail: errors.join('\n'),
				exitCode: exitCodes.restore,
			},
		);
	} catch (error) {
		if (!(error instanceof BackupTuiError) || error.code !== 'password-missing') throw error;
		say(
			deps,
			'the structure was not checked: no password is configured',
			`when you have it: restic -r ${target} check`,
		);
		return { what: 'structure not checked (no password)', stacks: [] };
	}
}
