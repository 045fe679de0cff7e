import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { Restic } from '../restic/client.ts';
import type { DiffChange, TreeEntry } from '../restic/types.ts';
import { readHistory } from '../runs/history.ts';
import { formatBytes, formatCount } from '../runs/units.ts';
import { addedBytesBySnapshot, listSnapshots, resolvePair, resolveSnapshot } from '../services/snapshots.ts';
import type { CommandContext } from './context.ts';
import { lookIntoRepository } from './repository-context.ts';
import {
	entryLine,
	listDocument,
	localMinute,
	showByStack,
	showTable,
	snapshotDocument,
	warnUnreadable,
} from './snapshots-text.ts';

type Added = ReturnType<typeof addedBytesBySnapshot>;

/** `snapshots list | ls | diff`, and `list-backups`. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const host = config.repository.hostname;
	const added = addedBytesBySnapshot(readHistory(config.paths.stateDir));
	return lookIntoRepository(context, (restic) => {
		switch (context.command) {
			case 'snapshots ls':
				return ls(context, restic, host, added);
			case 'snapshots diff':
				return diff(context, restic, host, added);
			default:
				return list(context, restic, added);
		}
	});
}

async function list(context: CommandContext, restic: Restic, added: Added): Promise<ExitCode> {
	const { args: stacks, options, output } = context;
	const byStack = context.command === 'list-backups';
	const last = byStack ? undefined : context.flags.integer('last');
	const found = await listSnapshots(restic, { stacks, ...(last === undefined ? {} : { last }) });
	if (options.json) output.json(listDocument(found, added));
	else if (byStack) showByStack(found, output);
	else showTable(found, output);
	warnUnreadable(found, output);
	return found.unreadable.length === 0 ? exitCodes.ok : exitCodes.check;
}

async function ls(context: CommandContext, restic: Restic, host: string, added: Added): Promise<ExitCode> {
	const { args, flags, options, output } = context;
	const [reference = '', path] = args;
	const recursive = flags.boolean('recursive');
	if (path !== undefined && !path.startsWith('/')) {
		throw new BackupTuiError('usage', `${path} is not an absolute path in the snapshot`, {
			hint: `see what is in it: backup-tui snapshots ls ${reference}`,
		});
	}
	const snapshot = await resolveSnapshot(restic, host, reference);
	const entries: TreeEntry[] = [];
	const show = (entry: TreeEntry) => {
		if (options.json) entries.push(entry);
		else output.line(entryLine(entry));
	};
	let count = 0;
	const onEntry = (entry: TreeEntry) => {
		count += 1;
		show(entry);
	};
	// Without a path: what lies directly in each directory that was backed up, rather than the way to it.
	const paths = path === undefined ? (recursive ? [undefined] : snapshot.paths) : [path];
	for (const one of paths)
		await restic.ls(snapshot.id, { onEntry, recursive, ...(one === undefined ? {} : { path: one }) });
	if (count === 0 && path !== undefined) {
		throw new BackupTuiError('usage', `${path} is not in snapshot ${snapshot.shortId}`, {
			hint: `see what is in it: backup-tui snapshots ls ${snapshot.shortId}`,
		});
	}
	if (options.json) output.json({ snapshot: snapshotDocument(snapshot, added(snapshot)), entries });
	else
		output.note(
			`${formatCount(count, 'entry', 'entries')} of snapshot ${snapshot.shortId} of ${localMinute(snapshot.time)}`,
		);
	return exitCodes.ok;
}

async function diff(
	context: CommandContext,
	restic: Restic,
	host: string,
	addedBytes: Added,
): Promise<ExitCode> {
	const { args, options, output } = context;
	const [first = '', second] = args;
	const [older, newer] = await resolvePair(restic, host, first, second);
	const changes: DiffChange[] = [];
	const summary = await restic.diff(older.id, newer.id, {
		onChange: (change) => {
			if (options.json) changes.push(change);
			else output.line(sanitizeLine(`${change.modifier.padEnd(2)} ${change.path}`));
		},
	});
	if (options.json) {
		output.json({
			from: snapshotDocument(older, addedBytes(older)),
			to: snapshotDocument(newer, addedBytes(newer)),
			changes,
			summary,
		});
		return exitCodes.ok;
	}
	const { added, removed, changedFiles } = summary;
	output.note(
		`${older.shortId} of ${localMinute(older.time)} ${output.marks.arrow} ${newer.shortId} of ${localMinute(newer.time)}: ${formatCount(added.files, 'file')} added, ${removed.files} removed, ${changedFiles} changed; ${formatBytes(added.bytes)} only in the newer, ${formatBytes(removed.bytes)} only in the older`,
	);
	return exitCodes.ok;
}
