import { BackupTuiError } from '../../errors.ts';
import { countFiles, type Inventory } from './layout.ts';
import { type DeleteLimit, exceedsLimit, measureShrinkage, type Shrinkage } from './max-delete.ts';
import type { MirrorPlan } from './plan.ts';
import type { SourceLock } from './types.ts';

/** What a guard looks at. */
export type GuardName =
	| 'repository'
	| 'identity'
	| 'emptied'
	| 'foreign'
	| 'shrunk'
	| 'locks'
	| 'checked'
	| 'damage'
	| 'vanished'
	| 'remote';

export interface GuardFinding {
	readonly guard: GuardName;
	readonly ok: boolean;
	/** What was found, in one line. */
	readonly detail: string;
	/** How to go on, on purpose. Only where it tripped. */
	readonly hint?: string;
}

export function guardError(remote: string, finding: GuardFinding): BackupTuiError {
	return new BackupTuiError(
		'sync-guard',
		`${remote}: held back, nothing was deleted or replaced there: ${finding.detail}`,
		{
			...(finding.hint === undefined ? {} : { hint: finding.hint }),
			detail: `guard ${finding.guard}`,
		},
	);
}

function list(names: readonly string[]): string {
	const shown = names.slice(0, 3).join(', ');
	return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** The source must be a whole restic repository: an unmounted disk or a ransomed folder is not mirrored. */
export function guardRepository(source: Inventory, directory: string): GuardFinding {
	const guard = 'repository';
	const hint = `is the disk of ${directory} mounted? If the repository is lost, bring it back: backup-tui restore`;
	const missing = (['config', 'keys'] as const).filter((kind) => source.files[kind].size === 0);
	if (missing.length > 0) {
		return {
			guard,
			ok: false,
			detail: `${directory} is not a restic repository, it has no ${missing.join(' and no ')}`,
			hint,
		};
	}
	if (source.files.snapshots.size > 0 && (source.files.index.size === 0 || source.files.data.size === 0)) {
		const what = source.files.index.size === 0 ? 'index' : 'data';
		return { guard, ok: false, detail: `${directory} has snapshots but no ${what}`, hint };
	}
	if (source.strange.length > 0) {
		return {
			guard,
			ok: false,
			detail: `${directory} holds files that restic never makes: ${list(source.strange)}`,
			hint: 'if they were renamed by something, the repository is lost; if they are yours, move them out of it',
		};
	}
	return { guard, ok: true, detail: `${countFiles(source.files)} files, well-formed` };
}

/** A source without snapshots does not empty a remote that has some. */
export function guardEmptied(
	snapshots: number,
	had: number,
	limit: DeleteLimit,
	name: string,
	also = '',
): GuardFinding {
	const guard = 'emptied';
	const onPurpose = limit.kind === 'share' && limit.percent === 100;
	if (had === 0 || snapshots > 0 || onPurpose) {
		return { guard, ok: true, detail: `${snapshots} snapshots` };
	}
	return {
		guard,
		ok: false,
		detail: `the repository has no snapshots, the remote has ${had}`,
		hint: `bring it back with backup-tui restore --remote ${name}, or empty the remote too, on purpose: backup-tui sync ${name} --max-delete 100%${also}`,
	};
}

/** The remote does not shrink beyond the limit. */
export function guardShrunk(
	plan: MirrorPlan,
	remote: Inventory,
	limit: DeleteLimit,
	name: string,
	foreign: ReadonlySet<string> = new Set(),
): GuardFinding {
	const guard = 'shrunk';
	const shrinkage = measureShrinkage(plan, remote.files, foreign);
	const reason = exceedsLimit(shrinkage, limit);
	if (reason === undefined) return { guard, ok: true, detail: `${plan.deleteFiles} files go` };
	return {
		guard,
		ok: false,
		detail: reason,
		hint: `look at what is left (backup-tui snapshots); if it is right: backup-tui sync ${name} --max-delete ${neededLimit(shrinkage, limit)}`,
	};
}

/** @returns the `--max-delete` that lets this much go */
export function neededLimit(shrinkage: Shrinkage, limit: DeleteLimit): string {
	if (limit.kind === 'files') return `${shrinkage.files}`;
	return `${Math.min(100, Math.ceil(Math.max(shrinkage.bytesPercent, shrinkage.snapshotsPercent)))}%`;
}

/** Nothing that removes files from the source is at work. */
export function guardLocks(locks: readonly SourceLock[]): GuardFinding {
	const alone = locks.find((lock) => lock.exclusive);
	if (alone === undefined) return { guard: 'locks', ok: true, detail: 'no prune or forget at work' };
	return {
		guard: 'locks',
		ok: false,
		detail: `the repository is locked alone: ${alone.description}`,
		hint: 'wait until that has ended; if nothing runs, remove the stale lock: backup-tui unlock',
	};
}

/** @returns files of the first inventory that the second no longer has */
export function goneFiles(before: Inventory, now: Inventory): string[] {
	return (['data', 'index', 'snapshots', 'keys'] as const).flatMap((kind) =>
		[...before.files[kind].keys()].filter((path) => !now.files[kind].has(path)),
	);
}

/** Every file of the first listing is still there: what a prune removed meanwhile must not be referred to. */
export function guardVanished(gone: readonly string[]): GuardFinding {
	const guard = 'vanished';
	if (gone.length === 0) return { guard, ok: true, detail: 'the repository only grew meanwhile' };
	return {
		guard,
		ok: false,
		detail: `files left the repository during the sync (prune or forget?): ${list(gone)}`,
		hint: 'once nothing else changes the repository, run: backup-tui sync',
	};
}

/** A file whose content is not what its name says is damaged: it goes nowhere. */
export function guardDamage(
	damaged: readonly string[],
	remote: Inventory,
	at: string,
	directory: string,
): GuardFinding {
	const guard = 'damage';
	if (damaged.length === 0) return { guard, ok: true, detail: 'contents match their names' };
	const onRemote = damaged.find((path) => remote.files.data.has(path) || remote.files.index.has(path));
	return {
		guard,
		ok: false,
		detail: `damaged in the repository, content and name differ: ${list(damaged)}`,
		hint:
			onRemote === undefined
				? 'see what is affected with backup-tui check; restic repair packs saves what can be saved'
				: `the remote still has a copy, bring it back: rclone copyto ${at}/${onRemote} ${directory}/${onRemote}`,
	};
}
