import { BackupTuiError } from '../errors.ts';
import type {
	BackupRequest,
	ForgetRequest,
	KeepPolicy,
	RestoreRequest,
	SnapshotFilter,
	StreamRequest,
} from './types.ts';
import type { ResticAbilities } from './version.ts';

// Values of options are always joined with `=`, so that none that begins with a dash is taken for an option, and only long
// options are used: the short `-H` means the host in one command and "hourly" in another.

function tagOptions(tags: readonly string[]): string[] {
	const split = tags.find((tag) => tag.includes(',') || tag.trim() !== tag || tag === '');
	if (split !== undefined)
		throw new BackupTuiError('internal', `restic would change the tag "${split}": encode it with stackTag`);
	return tags.map((tag) => `--tag=${tag}`);
}

function flag(option: string, wanted: boolean | undefined): string[] {
	return wanted === true ? [option] : [];
}

function value(option: string, text: string | undefined): string[] {
	return text === undefined || text === '' ? [] : [`${option}=${text}`];
}

/** restic reads a time in the local zone: `2012-11-01 22:08:41`. */
function localTime(at: Date): string {
	const pad = (number: number) => String(number).padStart(2, '0');
	const date = [String(at.getFullYear()).padStart(4, '0'), pad(at.getMonth() + 1), pad(at.getDate())].join(
		'-',
	);
	return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':')}`;
}

/** `backup`; the paths come NUL-separated on standard input, so that no name is taken for an option or a pattern. */
export function backupArgs(request: BackupRequest): string[] {
	return [
		'backup',
		'--json',
		'--files-from-raw=-',
		...value('--host', request.host),
		...tagOptions(request.tags),
		...(request.parent === undefined ? ['--force'] : value('--parent', request.parent)),
		...(request.exclude ?? []).map((pattern) => `--exclude=${pattern}`),
		...value('--exclude-file', request.excludeFile),
		...flag('--one-file-system', request.oneFileSystem),
		...flag('--exclude-caches', request.excludeCaches),
		...value('--exclude-if-present', request.excludeIfPresent),
		...(request.compression === 'auto' ? [] : value('--compression', request.compression)),
		...value('--time', request.time === undefined ? undefined : localTime(request.time)),
		...flag('--dry-run', request.dryRun),
	];
}

/** The standard input that goes with `backupArgs`. @throws copy-failed for a path that is not absolute or holds a NUL */
export function backupInput({ paths, atRoot }: Pick<BackupRequest, 'paths' | 'atRoot'>): Buffer {
	const chunks = paths.map((path) => Buffer.from(typeof path === 'string' ? Buffer.from(path) : path));
	const bad = chunks.find((chunk) => chunk[0] !== 0x2f || chunk.includes(0));
	if (bad !== undefined)
		throw new BackupTuiError('copy-failed', `not an absolute path: ${JSON.stringify(bad.toString())}`);
	if (atRoot !== undefined) chunks.unshift(Buffer.from(atRoot.path));
	return Buffer.concat(chunks.flatMap((chunk) => [chunk, Buffer.of(0)]));
}

/** `backup --stdin` */
export function streamArgs(request: Omit<StreamRequest, 'input' | 'complete'>): string[] {
	if (request.filename.includes('/'))
		throw new BackupTuiError('internal', `restic 0.18.0 takes no folder in the name ${request.filename}`);
	return [
		'backup',
		'--json',
		'--stdin',
		`--stdin-filename=${request.filename}`,
		...value('--host', request.host),
		...tagOptions(request.tags),
		...(request.parent === undefined ? ['--force'] : value('--parent', request.parent)),
		...(request.compression === 'auto' ? [] : value('--compression', request.compression)),
	];
}

function filterOptions(filter: SnapshotFilter): string[] {
	const tags = filter.tags ?? [];
	tagOptions(tags);
	return [
		...value('--host', filter.host),
		...(tags.length === 0 ? [] : [`--tag=${tags.join(',')}`]),
		...value('--path', filter.path),
	];
}

export function snapshotsArgs(filter: SnapshotFilter = {}, ids: readonly string[] = []): string[] {
	return ['snapshots', '--json', ...filterOptions(filter), '--', ...ids.map(checkedId)];
}

/** @param path only what is in this directory, with `recursive` below it too */
export function lsArgs(id: string, path?: string, recursive = false): string[] {
	return [
		'ls',
		'--json',
		...flag('--recursive', recursive && path !== undefined),
		'--',
		checkedId(id),
		...(path === undefined ? [] : [path]),
	];
}

/** `find` of everything in these snapshots. */
export function findArgs(ids: readonly string[]): string[] {
	if (ids.length === 0) throw new BackupTuiError('internal', 'find without a snapshot searches all of them');
	return ['find', '--json', ...ids.map((id) => `--snapshot=${checkedId(id)}`), '--', '*'];
}

export function statsArgs(id: string): string[] {
	return ['stats', '--json', '--mode=restore-size', '--', checkedId(id)];
}

export function diffArgs(a: string, b: string): string[] {
	return ['diff', '--json', '--', checkedId(a), checkedId(b)];
}

export function dumpArgs(id: string, path: string, archive: 'tar' | 'zip' = 'tar'): string[] {
	return ['dump', `--archive=${archive}`, '--', checkedId(id), path];
}

const keepOptions = {
	last: '--keep-last',
	hourly: '--keep-hourly',
	daily: '--keep-daily',
	weekly: '--keep-weekly',
	monthly: '--keep-monthly',
	yearly: '--keep-yearly',
} as const satisfies Record<keyof KeepPolicy, string>;

/**
 * `forget` by policy, for one stack of one host.
 *
 * @throws config-invalid for a policy that keeps nothing, or is negative: restic 0.14 takes `--keep-last -1` as "delete all"
 */
export function forgetArgs(request: ForgetRequest): string[] {
	const entries = Object.entries(keepOptions).map(
		([name, option]) => [option, request.keep[name as keyof KeepPolicy] ?? 0] as const,
	);
	const bad = entries.find(([, count]) => !Number.isSafeInteger(count) || count < 0);
	if (bad !== undefined)
		throw new BackupTuiError('config-invalid', `${bad[0]}: ${bad[1]} is not a number of snapshots`);
	const kept = entries.filter(([, count]) => count > 0);
	if (kept.length === 0)
		throw new BackupTuiError('config-invalid', 'a retention policy that keeps nothing is refused', {
			hint: 'set at least one of KEEP_DAILY, KEEP_WEEKLY, KEEP_MONTHLY, KEEP_YEARLY above 0',
		});
	if (request.host === '' || request.tags.length === 0)
		throw new BackupTuiError('internal', 'forget needs tags and a host');
	tagOptions(request.tags);
	return [
		'forget',
		'--json',
		`--tag=${request.tags.join(',')}`,
		`--host=${request.host}`,
		request.groupBy === 'paths' ? '--group-by=host,paths' : '--group-by=host',
		...kept.map(([option, count]) => `${option}=${count}`),
		...flag('--dry-run', request.dryRun),
	];
}

export function forgetIdsArgs(ids: readonly string[], options: { readonly prune?: boolean } = {}): string[] {
	if (ids.length === 0) throw new BackupTuiError('usage', 'no snapshot was named');
	return ['forget', ...flag('--prune', options.prune), '--', ...ids.map(checkedId)];
}

export function tagArgs(
	ids: readonly string[],
	change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): string[] {
	if (ids.length === 0) throw new BackupTuiError('usage', 'no snapshot was named');
	tagOptions([...(change.add ?? []), ...(change.remove ?? [])]);
	return [
		'tag',
		...(change.add ?? []).map((tag) => `--add=${tag}`),
		...(change.remove ?? []).map((tag) => `--remove=${tag}`),
		'--',
		...ids.map(checkedId),
	];
}

export function pruneArgs(
	options: { readonly dryRun?: boolean; readonly maxRepackSize?: string } = {},
): string[] {
	return [
		'prune',
		...flag('--dry-run', options.dryRun),
		...value('--max-repack-size', options.maxRepackSize),
	];
}

export function checkArgs(
	options: { readonly readData?: boolean; readonly readDataSubset?: string; readonly snapshot?: string } = {},
): string[] {
	return [
		'check',
		'--json',
		...flag('--read-data', options.readData),
		...value('--read-data-subset', options.readDataSubset),
		...(options.snapshot === undefined ? [] : ['--', checkedId(options.snapshot)]),
	];
}

/** Takes the special meaning out of `\ * ? [` in a pattern of restic's (Go's path.Match). */
export function escapePattern(path: string): string {
	return path.replace(/[\\*?[]/g, '\\$&');
}

/** @throws tool-too-old for what this restic cannot do, restore-refused where it would be dangerous */
export function restoreArgs(request: RestoreRequest, abilities: ResticAbilities): string[] {
	const need = (able: boolean, wanted: boolean, what: string, since: string) => {
		if (wanted && !able)
			throw new BackupTuiError('tool-too-old', `this restic cannot ${what}`, {
				hint: `install restic ${since} or newer`,
			});
	};
	need(abilities.subfolder, request.subfolder !== undefined, 'restore a subfolder', '0.16');
	need(abilities.restoreDelete, request.delete === true, 'delete what the snapshot does not have', '0.17');
	need(abilities.restoreDelete, request.dryRun === true, 'restore as a dry run', '0.17');
	const overwrite = request.overwrite === 'always' ? undefined : request.overwrite;
	need(abilities.restoreOverwrite, overwrite !== undefined, 'choose what to overwrite', '0.17');
	const id = checkedId(request.snapshot);
	return [
		'restore',
		'--json',
		`--target=${request.target}`,
		...(request.include ?? []).map((path) => `--include=${escapePattern(path)}`),
		...(request.exclude ?? []).map((pattern) => `--exclude=${pattern}`),
		...flag('--verify', request.verify),
		...value('--overwrite', overwrite),
		...flag('--delete', request.delete),
		...flag('--sparse', request.sparse === true && abilities.restoreSparse),
		...flag('--dry-run', request.dryRun),
		'--',
		request.subfolder === undefined ? id : `${id}:${request.subfolder}`,
	];
}

/** @throws snapshot-unknown unless it is hexadecimal: `latest` may be future-dated, and nothing else is an id */
export function checkedId(id: string): string {
	if (/^[0-9a-f]{4,64}$/.test(id)) return id;
	throw new BackupTuiError('snapshot-unknown', `"${id}" is not the id of a snapshot`, {
		hint: 'list them with: backup-tui snapshots',
	});
}
