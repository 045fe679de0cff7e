import { BackupTuiError } from '../errors.ts';
import { parseSummary } from './backup-messages.ts';
import { isObject, type Message, text, textList } from './messages.ts';
import type { LatestSnapshot, Snapshot } from './types.ts';

/** A snapshot dated later than this after now is wrong: a clock was. */
const futureMs = 24 * 3600 * 1000;

/** @param now ms since the epoch */
export function parseSnapshot(message: Message, now: number): Snapshot {
	const id = text(message.id);
	const time = Date.parse(text(message.time));
	const parent = text(message.parent);
	const original = text(message.original);
	const programVersion = text(message.program_version);
	return {
		id,
		shortId: text(message.short_id) || id.slice(0, 8),
		time,
		tree: text(message.tree),
		...(parent === '' ? {} : { parent }),
		...(original === '' ? {} : { original }),
		paths: textList(message.paths),
		hostname: text(message.hostname),
		username: text(message.username),
		tags: textList(message.tags),
		...(programVersion === '' ? {} : { programVersion }),
		...(isObject(message.summary) ? { summary: parseSummary(message.summary) } : {}),
		future: time > now + futureMs,
	};
}

/** Oldest first. */
export function byTime(a: Snapshot, b: Snapshot): number {
	return a.time - b.time || a.id.localeCompare(b.id);
}

/** The newest snapshot that is not dated in the future, and those that are. */
export function latestOf(snapshots: readonly Snapshot[]): LatestSnapshot {
	const snapshot = snapshots
		.filter((candidate) => !candidate.future)
		.toSorted(byTime)
		.at(-1);
	return {
		...(snapshot === undefined ? {} : { snapshot }),
		future: snapshots.filter((candidate) => candidate.future),
	};
}

const unreadable = [/^Ignoring "([0-9a-f]+)": (.*)/, /^could not load snapshot ([0-9a-f]+): (.*)/];
/** Not there: an id that is none, or a snapshot that was forgotten while the list was read. */
const gone = /no matching ID|no such file|does not exist|not exist|NoSuchKey|\b404\b/;

/** Ids of snapshots that restic names as unreadable on standard error, while it exits with 0 and leaves them out. */
export function unreadableSnapshots(stderr: string): string[] {
	return stderr.split('\n').flatMap((line) => {
		const found = unreadable.map((pattern) => pattern.exec(line)).find((match) => match !== null);
		const [, id = '', reason = ''] = found ?? [];
		return id === '' || gone.test(reason) ? [] : [id];
	});
}

/** @throws repository-damaged when there are any */
export function assertAllRead(unreadableIds: readonly string[]): void {
	if (unreadableIds.length === 0) return;
	throw new BackupTuiError(
		'repository-damaged',
		`${unreadableIds.length} snapshots cannot be read: ${unreadableIds.slice(0, 3).join(', ')}`,
		{ hint: 'do not prune or sync; see: backup-tui check' },
	);
}
