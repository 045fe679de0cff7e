import { sanitizeLine } from '../process/sanitize.ts';
import { incompleteTag, isOurs, isSafety, notQuiescedTag, shrunkTag, stackOfTags } from '../restic/tags.ts';
import type { Snapshot, TreeEntry } from '../restic/types.ts';
import { formatBytes, formatCount } from '../runs/units.ts';
import type { SnapshotList } from '../services/snapshots.ts';
import { alignColumns } from './columns.ts';
import type { Output } from './context.ts';

/** `2026-11-21 05:04` in local time. */
export function localMinute(ms: number): string {
	const at = new Date(ms);
	const pad = (value: number) => String(value).padStart(2, '0');
	const date = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
	return `${date} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** A snapshot in JSON; fields are only ever added. */
export function snapshotDocument(
	snapshot: Snapshot,
	addedBytes: number | undefined,
): Readonly<Record<string, unknown>> {
	const { summary } = snapshot;
	const stack = stackOfTags(snapshot.tags);
	return {
		id: snapshot.id,
		shortId: snapshot.shortId,
		time: new Date(snapshot.time).toISOString(),
		...(stack === undefined ? {} : { stack }),
		host: snapshot.hostname,
		tags: snapshot.tags,
		paths: snapshot.paths,
		...(snapshot.parent === undefined ? {} : { parent: snapshot.parent }),
		...(summary === undefined
			? {}
			: {
					files: summary.totalFiles,
					bytes: summary.totalBytes,
				}),
		...(addedBytes === undefined ? {} : { addedBytes }),
		quiesced: !snapshot.tags.includes(notQuiescedTag),
		future: snapshot.future,
	};
}

export function listDocument(
	list: SnapshotList,
	addedBytes: (snapshot: Snapshot) => number | undefined,
): unknown {
	const document = (snapshot: Snapshot) => snapshotDocument(snapshot, addedBytes(snapshot));
	return {
		stacks: list.stacks.map(({ stack, snapshots }) => ({
			stack,
			snapshots: snapshots.map(document),
		})),
		others: list.others.map(document),
		unreadable: list.unreadable,
	};
}

function notes(snapshot: Snapshot): string {
	return [
		...(snapshot.future ? ['dated in the future'] : []),
		...(snapshot.tags.includes(notQuiescedTag) ? ['not quiesced'] : []),
		...(snapshot.tags.includes(shrunkTag) ? ['far smaller than before'] : []),
		...(snapshot.tags.includes(incompleteTag) ? ['incomplete'] : []),
		...(isSafety(snapshot.tags) ? ['before a restore'] : []),
		...(isOurs(snapshot.tags) ? [] : ['of another program']),
	].join(', ');
}

function sizeCells({ summary }: Snapshot, files: (count: number) => string = String): readonly string[] {
	if (summary === undefined) return ['-', '-'];
	return [formatBytes(summary.totalBytes), files(summary.totalFiles)];
}

/** All snapshots as one table, oldest first. */
export function showTable(list: SnapshotList, output: Output): void {
	const rows = [...list.stacks.flatMap(({ snapshots }) => snapshots), ...list.others]
		.toSorted((a, b) => a.time - b.time)
		.map((snapshot) =>
			[
				snapshot.shortId,
				localMinute(snapshot.time),
				stackOfTags(snapshot.tags) ?? '-',
				snapshot.hostname,
				...sizeCells(snapshot),
				snapshot.tags.join(','),
				notes(snapshot),
			].map(sanitizeLine),
		);
	table(['ID', 'TIME', 'STACK', 'HOST', 'SIZE', 'FILES', 'TAGS', ''], rows, output);
	output.note(formatCount(rows.length, 'snapshot'));
}

/** Snapshots under the name of their stack, newest first. */
export function showByStack(list: SnapshotList, output: Output): void {
	for (const { stack, snapshots } of list.stacks) {
		const last = snapshots.at(-1);
		const when = last === undefined ? '' : `, last ${localMinute(last.time)}`;
		output.line(
			output.style('bold', sanitizeLine(`${stack}: ${formatCount(snapshots.length, 'backup')}${when}`)),
		);
		const rows = snapshots
			.toReversed()
			.map((snapshot) =>
				[
					'',
					localMinute(snapshot.time),
					snapshot.shortId,
					...sizeCells(snapshot, (count) => formatCount(count, 'file')),
					snapshot.hostname,
					notes(snapshot),
				].map(sanitizeLine),
			);
		for (const line of alignColumns(rows, output.width, output.marks.ellipsis)) output.line(line);
	}
	if (list.stacks.length === 0) output.advice('no backups yet: backup-tui backup');
	if (list.others.length > 0)
		output.advice(`${formatCount(list.others.length, 'other snapshot')}: backup-tui snapshots list`);
}

export function warnUnreadable(list: SnapshotList, output: Output): void {
	if (list.unreadable.length === 0) return;
	output.warn(
		`${formatCount(list.unreadable.length, 'snapshot')} cannot be read: ${list.unreadable.join(', ')}`,
		'the repository is damaged: backup-tui check',
	);
}

const typeLetters: Readonly<Record<TreeEntry['type'], string>> = {
	file: '-',
	dir: 'd',
	symlink: 'l',
	dev: 'b',
	chardev: 'c',
	fifo: 'p',
	socket: 's',
	irregular: '?',
};

/** One entry of a snapshot, as `ls -l` would show it. */
export function entryLine(entry: TreeEntry): string {
	const bits = entry.mode & 0o777;
	const letters = 'rwxrwxrwx';
	const permissions = [...letters]
		.map((letter, index) => ((bits >> (8 - index)) & 1 ? letter : '-'))
		.join('');
	const owner = `${entry.uid}:${entry.gid}`.padEnd(11);
	const size = formatBytes(entry.size).padStart(9);
	const name = sanitizeLine(entry.path);
	return `${typeLetters[entry.type] ?? '?'}${permissions} ${owner} ${size} ${localMinute(Date.parse(entry.mtime))} ${name}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], output: Output): void {
	for (const [index, line] of alignColumns([head, ...rows], output.width, output.marks.ellipsis).entries())
		output.line(index === 0 ? output.style('bold', line) : line);
}
