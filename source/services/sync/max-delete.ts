import { BackupTuiError } from '../../errors.ts';
import { countBytes, type Files } from './layout.ts';
import type { MirrorPlan } from './plan.ts';

/** How much of the remote one sync may take away. */
export type DeleteLimit =
	| { readonly kind: 'files'; readonly files: number }
	| { readonly kind: 'share'; readonly percent: number };

/**
 * @param text a count (`100`) or a share (`10%`)
 * @throws usage
 */
export function parseDeleteLimit(text: string): DeleteLimit {
	const match = /^(\d+)(?:\.(\d+))?\s*(%?)$/.exec(text.trim());
	const number = match === null ? Number.NaN : Number(`${match[1]}.${match[2] ?? 0}`);
	const share = match?.[3] === '%';
	if (Number.isNaN(number) || (share && number > 100) || (!share && match?.[2] !== undefined)) {
		throw new BackupTuiError('usage', `--max-delete ${text} is neither a count nor a share`, {
			hint: 'give a number of files (100) or a share of the remote (10%)',
		});
	}
	return share ? { kind: 'share', percent: number } : { kind: 'files', files: number };
}

export interface Shrinkage {
	/** Snapshots and packs that would go: what a restore needs. Indexes are rewritten by every prune. */
	readonly files: number;
	/** Net loss as shares of the remote, 0..100: a prune repacks, so what comes counts against what goes. */
	readonly bytesPercent: number;
	readonly snapshotsPercent: number;
	readonly lostSnapshots: number;
}

function sizeOf(paths: readonly string[], sizes: ReadonlyMap<string, number>): number {
	return paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
}

/**
 * How much smaller the remote would be afterwards.
 *
 * @param foreign snapshots that go and were not forgotten here: what comes does not make up for them
 */
export function measureShrinkage(
	plan: MirrorPlan,
	remote: Files,
	foreign: ReadonlySet<string> = new Set(),
): Shrinkage {
	const added = [...plan.uploads.data].reduce(
		(sum, [path, size]) => sum + (remote.data.has(path) ? 0 : size),
		0,
	);
	const lostBytes = Math.max(0, sizeOf(plan.deletes.data, remote.data) - added);
	const newSnapshots = [...plan.uploads.snapshots.keys()].filter(
		(path) => !remote.snapshots.has(path),
	).length;
	const gross = plan.deletes.snapshots.filter((path) => foreign.has(path)).length;
	const lostSnapshots = gross + Math.max(0, plan.deletes.snapshots.length - gross - newSnapshots);
	const share = (part: number, whole: number) => (whole === 0 ? 0 : (100 * part) / whole);
	return {
		files: plan.deletes.data.length + plan.deletes.snapshots.length,
		bytesPercent: share(lostBytes, countBytes(remote, ['data'])),
		snapshotsPercent: share(lostSnapshots, remote.snapshots.size),
		lostSnapshots,
	};
}

/**
 * Tells why a plan takes too much away.
 *
 * @returns undefined when it keeps within the limit. One snapshot may always go.
 */
export function exceedsLimit(shrinkage: Shrinkage, limit: DeleteLimit): string | undefined {
	if (limit.kind === 'files') {
		if (shrinkage.files <= limit.files) return undefined;
		return `${shrinkage.files} snapshots and packs would go, the limit is ${limit.files}`;
	}
	const { percent } = limit;
	if (shrinkage.bytesPercent > percent) {
		return `the remote's data would shrink by ${shrinkage.bytesPercent.toFixed(1)}%, the limit is ${percent}%`;
	}
	if (shrinkage.lostSnapshots > 1 && shrinkage.snapshotsPercent > percent) {
		return `the remote would have ${shrinkage.snapshotsPercent.toFixed(1)}% fewer snapshots, the limit is ${percent}%`;
	}
	return undefined;
}
