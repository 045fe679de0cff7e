import { BackupTuiError } from '../../errors.ts';
import { resticLocation } from '../../rclone/address.ts';
import { quoteArgv } from '../../runs/describe.ts';
import { formatCount } from '../../runs/units.ts';
import { readForgotten } from '../forgotten.ts';
import { type Foreign, findForeign } from './foreign.ts';
import { type GuardFinding, neededLimit } from './guards.ts';
import { type Inventory, incomingFolder, quarantineFolder } from './layout.ts';
import { exceedsLimit, measureShrinkage } from './max-delete.ts';
import type { MirrorContext } from './mirror-context.ts';
import type { MirrorPlan } from './plan.ts';
import { shortSnapshotId } from './remote-state.ts';
import type { SyncedSnapshot } from './types.ts';

/** What would leave the remote, judged. */
export interface Leaving {
	readonly finding: GuardFinding;
	/** Snapshots that go only because a person accepts it. */
	readonly foreign: ReadonlySet<string>;
}

/**
 * The remote only loses what was knowingly forgotten here. restic is asked only when something else would go: another
 * machine may sync there, or this repository was put back to an older state.
 */
export async function guardForeign(
	context: MirrorContext,
	plan: MirrorPlan,
	there: Inventory,
): Promise<Leaving> {
	const { deps } = context;
	const forgotten = readForgotten(deps.stateDir);
	const unrecorded = new Set(plan.deletes.snapshots.filter((path) => !forgotten.has(shortSnapshotId(path))));
	const seen = seenBefore(context);
	const keys = plan.deletes.keys.filter((path) => !seen(path));
	const fine = (detail: string): GuardFinding => ({ guard: 'foreign', ok: true, detail });
	if (unrecorded.size + keys.length === 0)
		return { finding: fine('only what was forgotten here leaves the remote'), foreign: new Set() };
	const found = findForeign({
		leaving: [...unrecorded, ...keys],
		seen,
		here: unrecorded.size === 0 ? [] : await deps.source.snapshots(),
		there: unrecorded.size === 0 ? [] : await listRemote(context),
		now: deps.clock.now(),
	});
	const foreign = new Set(found.map(({ path }) => path));
	if (found.length === 0) {
		const detail = `${formatCount(unrecorded.size, 'snapshot')} forgotten by another program`;
		return { finding: fine(detail), foreign };
	}
	const detail = describe(found);
	if (context.acceptForeign) return { finding: fine(`accepted: ${detail}`), foreign };
	const hint = waysOn(context, plan, there, foreign);
	return { finding: { guard: 'foreign', ok: false, detail, hint }, foreign };
}

/** Whether the source had a file at an earlier sync; an earlier version noted only the snapshots. */
function seenBefore({ memory }: MirrorContext): (path: string) => boolean {
	const seen = new Set(memory.state.seen ?? memory.state.snapshots);
	return (path) => seen.has(shortSnapshotId(path));
}

/** @returns undefined when restic cannot open it. Throws when the remote is out of reach */
async function listRemote({
	deps,
	address,
	remote,
}: MirrorContext): Promise<readonly SyncedSnapshot[] | undefined> {
	try {
		// A mirror has the source's password, whatever is configured for a copy.
		return await deps.source.snapshotsAt(resticLocation(address), { ...remote, copyPasswordFile: '' });
	} catch (error) {
		const code = error instanceof BackupTuiError ? error.code : undefined;
		if (code === 'repository-unreachable' || code === 'timed-out') throw error;
		return undefined;
	}
}

function describe(foreign: readonly Foreign[]): string {
	const snapshots = foreign.filter(({ path }) => path.startsWith('snapshots/'));
	const keys = foreign.length - snapshots.length;
	const never = snapshots.filter(({ why }) => why === 'never');
	const newer = snapshots.filter(({ why }) => why === 'newer');
	const parts = [
		...(never.length === 0
			? []
			: [
					`${formatCount(never.length, 'snapshot')} there ${never.length === 1 ? 'was' : 'were'} never in this repository (${name(never)})`,
				]),
		...(newer.length === 0
			? []
			: [
					`${formatCount(newer.length, 'snapshot')} there ${newer.length === 1 ? 'is' : 'are'} newer than what this repository has, and not forgotten by backup-tui (${name(newer)})`,
				]),
		...(keys === 0 ? [] : [`${formatCount(keys, 'key')} (password) there was never in this repository`]),
	];
	const question =
		newer.length > 0 && never.length === 0
			? 'was this repository put back to an older state?'
			: 'does another machine sync there, or was this repository or its state put back?';
	return `${parts.join('; ')}: ${question}`;
}

/** The newest few, with host and time where restic could tell. */
function name(foreign: readonly Foreign[]): string {
	const newestFirst = foreign.toSorted((a, b) => (b.snapshot?.time ?? 0) - (a.snapshot?.time ?? 0));
	const shown = newestFirst.slice(0, 3).map(({ path, snapshot }) => {
		const id = shortSnapshotId(path).slice(0, 8);
		if (snapshot === undefined) return id;
		return `${id} of ${snapshot.hostname} ${new Date(snapshot.time).toISOString().slice(0, 16)} UTC`;
	});
	return foreign.length > shown.length
		? `${shown.join(', ')} and ${foreign.length - shown.length} more`
		: shown.join(', ');
}

function waysOn(
	context: MirrorContext,
	plan: MirrorPlan,
	found: Inventory,
	foreign: ReadonlySet<string>,
): string {
	const { remote, place, directory, limit, rclone } = context;
	const fetch = quoteArgv([
		rclone.binary,
		'copy',
		...(remote.rcloneConfig === '' ? [] : ['--config', remote.rcloneConfig]),
		'--ignore-existing',
		...['locks', quarantineFolder, incomingFolder].flatMap((folder) => ['--exclude', `/${folder}/**`]),
		place,
		directory,
	]);
	const shrinkage = measureShrinkage(plan, found.files, foreign);
	const limited =
		exceedsLimit(shrinkage, limit) === undefined ? '' : ` --max-delete ${neededLimit(shrinkage, limit)}`;
	return `fetch them into this repository: ${fetch}; or let them leave the remote: backup-tui sync ${remote.name} --accept-foreign${limited}; or give this machine another RCLONE_PATH`;
}

/** What to remember as seen once nothing foreign would leave: all the source has now, and what it had that is still there. */
export function seenAfter(context: MirrorContext, source: Inventory, found: Inventory): readonly string[] {
	const before = new Set(context.memory.state.seen ?? context.memory.state.snapshots);
	const ids = (inventory: Inventory) =>
		[...inventory.files.snapshots.keys(), ...inventory.files.keys.keys()].map(shortSnapshotId);
	return [...new Set([...ids(source), ...ids(found).filter((id) => before.has(id))])];
}
