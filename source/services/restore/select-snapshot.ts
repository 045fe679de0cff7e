import { BackupTuiError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { isSafetyOf, stackOfTags } from '../../restic/tags.ts';
import type { Snapshot } from '../../restic/types.ts';

/** What a person writes after `--snapshot`: `latest`, an id or its beginning, or a date. */
export interface SnapshotWish {
	/** Name of the stack as it is in the snapshots' tags. */
	readonly stack: string;
	/** Default `latest`. */
	readonly wanted?: string;
	/** This machine's name in the repository: preferred where several hosts have such a stack. */
	readonly host: string;
}

const dateForm = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?(Z)?$/;

/**
 * The moment a date means: a day is its end, a minute its last second, in local time unless it ends with Z.
 *
 * @returns ms since the epoch, or undefined when the text is not a date
 */
export function momentOf(text: string): number | undefined {
	const found = dateForm.exec(text.trim());
	if (found === null) return undefined;
	const [year, month, day, hour, minute, second] = found
		.slice(1, 7)
		.map((part) => (part === undefined ? undefined : Number(part)));
	if (year === undefined || month === undefined || day === undefined) return undefined;
	const fields = [year, month - 1, day, hour ?? 23, minute ?? 59, second ?? 59, 999] as const;
	const at = found[7] === 'Z' ? Date.UTC(...fields) : new Date(...fields).getTime();
	const back = new Date(at);
	const sameDay = found[7] === 'Z' ? back.getUTCDate() : back.getDate();
	return Number.isNaN(at) || sameDay !== day ? undefined : at;
}

/** Stacks that have snapshots, by name. */
export function stacksIn(snapshots: readonly Snapshot[]): readonly string[] {
	const names = snapshots.map((snapshot) => stackOfTags(snapshot.tags)).filter((name) => name !== undefined);
	return [...new Set(names)].sort();
}

function ofOneHost(snapshots: readonly Snapshot[], wish: SnapshotWish): readonly Snapshot[] {
	const own = snapshots.filter((snapshot) => snapshot.hostname === wish.host);
	if (own.length > 0) return own;
	const hosts = [...new Set(snapshots.map((snapshot) => snapshot.hostname))];
	if (hosts.length <= 1) return snapshots;
	throw new BackupTuiError(
		'snapshot-unknown',
		`several hosts have a stack ${wish.stack}: ${hosts.join(', ')}`,
		{ hint: 'name one of the snapshots by its id: --snapshot ID; see: backup-tui snapshots' },
	);
}

function byId(snapshots: readonly Snapshot[], wish: SnapshotWish, id: string): Snapshot {
	const hint = `see them: backup-tui snapshots list ${wish.stack}`;
	const found = snapshots.filter((snapshot) => snapshot.id.startsWith(id) || snapshot.original === id);
	const [only, other] = found;
	if (only === undefined)
		throw new BackupTuiError('snapshot-unknown', `there is no snapshot ${id}`, { hint });
	if (other !== undefined)
		throw new BackupTuiError('snapshot-unknown', `${found.length} snapshots begin with ${id}`, { hint });
	const owner = stackOfTags(only.tags);
	if (owner === wish.stack || isSafetyOf(only.tags, wish.stack)) return only;
	throw new BackupTuiError(
		'snapshot-unknown',
		`snapshot ${only.shortId} is of ${owner ?? 'no stack'}, not of ${wish.stack}`,
		{ hint },
	);
}

/**
 * The snapshot a person means. One that is dated in the future is only taken by its id: a clock was wrong when it was made.
 *
 * @param snapshots all of the repository
 * @throws snapshot-unknown, stack-unknown
 */
export function selectSnapshot(snapshots: readonly Snapshot[], wish: SnapshotWish): Snapshot {
	const wanted = wish.wanted ?? 'latest';
	if (/^[0-9a-f]{4,64}$/.test(wanted) && momentOf(wanted) === undefined) return byId(snapshots, wish, wanted);
	const own = snapshots.filter((snapshot) => stackOfTags(snapshot.tags) === wish.stack);
	if (own.length === 0) {
		const names = stacksIn(snapshots);
		const near = nearest(wish.stack, names);
		throw new BackupTuiError('stack-unknown', `there is no snapshot of a stack "${wish.stack}"`, {
			hint:
				names.length === 0
					? 'the repository has no snapshots of stacks'
					: near === undefined
						? `there are snapshots of ${names.slice(0, 10).join(', ')}`
						: `did you mean ${near}?`,
		});
	}
	const limit = wanted === 'latest' ? Number.POSITIVE_INFINITY : momentOf(wanted);
	if (limit === undefined) {
		throw new BackupTuiError('snapshot-unknown', `"${wanted}" is neither an id, nor a date, nor "latest"`, {
			hint: 'a date is written 2026-01-31, or "2026-01-31 04:30"',
		});
	}
	const usable = ofOneHost(own, wish).filter((snapshot) => !snapshot.future && snapshot.time <= limit);
	const newest = usable.toSorted((a, b) => a.time - b.time).at(-1);
	if (newest !== undefined) return newest;
	const first = own.toSorted((a, b) => a.time - b.time)[0];
	throw new BackupTuiError('snapshot-unknown', `${wish.stack} has no snapshot that old`, {
		hint: `the first is ${first?.shortId} of ${new Date(first?.time ?? 0).toISOString()}`,
	});
}
