import { basename, dirname, resolve } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { composeFileNames } from '../../stacks/compose-files.ts';
import type { DirlistEdit } from '../../stacks/dirlist-edit.ts';
import { dirlistKey } from '../../stacks/dirlist-line.ts';
import type { Discovery } from '../../stacks/discover.ts';
import { duplicateError, duplicateProjects } from '../../stacks/discover-duplicates.ts';
import { type DiscoveryFiles, discoveryFiles } from '../../stacks/discover-files.ts';
import { inspectCandidate } from '../../stacks/discover-inspect.ts';
import { stackNames } from '../../stacks/discover-names.ts';
import type { Stack } from '../../stacks/types.ts';
import { refusalWarning, type StacksChange, write } from './change-stacks.ts';
import { stacksCommandLine } from './command-line.ts';
import type { StacksDeps } from './list-stacks.ts';

export interface AddRequest {
	/** Directories; relative ones are taken from `cwd`. */
	readonly paths: readonly string[];
	readonly cwd: string;
	readonly enable: boolean;
	readonly dryRun: boolean;
	/** What Compose would run with, see `DiscoverOptions`. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly files?: DiscoveryFiles;
}

/**
 * Adds stacks that lie outside the stacks directory, off unless asked otherwise. All or nothing.
 *
 * @throws usage (no such directory, no compose file, a child of the stacks directory), stack-duplicate when Compose
 *   would take it for another stack, what discovery and the file throw
 */
export async function addStacks(deps: StacksDeps, request: AddRequest): Promise<StacksChange> {
	const files = request.files ?? discoveryFiles;
	const discovery = await deps.discover({ mayBeEmpty: true });
	const keys = [...new Set(request.paths.map((path) => externalKey(resolve(request.cwd, path))))];
	const found: Stack[] = [];
	for (const key of keys) found.push(await external(deps, key, discovery, request.environment, files));
	const known = new Set(discovery.stacks.map((stack) => stack.key));
	const fresh = found.filter((stack) => !known.has(stack.key));
	refuseDuplicates([...discovery.stacks, ...fresh], fresh);

	const type = request.enable ? 'set' : 'add';
	const edits = found.map(({ key }): DirlistEdit => ({ type, key, enabled: request.enable }));
	const listed = await write(deps, discovery, edits, request.dryRun);
	const names = stackNames([...known, ...fresh.map((stack) => stack.key)]);
	const nameOf = (key: string): string => names.get(key) ?? key;
	const enabledNow = request.enable
		? discovery.stacks.filter((stack) => keys.includes(stack.key) && !stack.enabled)
		: [];
	return {
		dirlist: deps.dirlist,
		dryRun: request.dryRun,
		changed: [
			...fresh.map(({ key }) => ({ key, name: nameOf(key), change: 'added' as const })),
			...[...enabledNow, ...(request.enable ? fresh : [])].map(({ key }) => ({
				key,
				name: nameOf(key),
				change: 'enabled' as const,
			})),
		],
		unchanged: found
			.filter((stack) => known.has(stack.key) && !enabledNow.some(({ key }) => key === stack.key))
			.map((stack) => nameOf(stack.key)),
		listed,
		warnings: [
			...fresh.flatMap((stack) => (stack.notes ?? []).map((note) => `${stack.key}: ${note}`)),
			...refusalWarning(discovery),
		],
	};
}

function externalKey(path: string): string {
	const name = dirlistKey(path);
	if ('key' in name) return name.key;
	throw new BackupTuiError('usage', `${path} cannot be listed: ${name.reason}`, {
		hint: 'Rename the directory',
	});
}

async function external(
	deps: StacksDeps,
	key: string,
	discovery: Discovery,
	environment: AddRequest['environment'],
	files: DiscoveryFiles,
): Promise<Stack> {
	if ((await files.kind(key).catch(() => 'absent')) !== 'directory') {
		throw new BackupTuiError('usage', `${key} is not a directory`, {
			hint: 'Give the directory that holds the compose file',
		});
	}
	await refuseChild(deps, key, discovery, files);
	const candidate = { key, directory: key, origin: 'external' as const, enabled: undefined };
	const stack = await inspectCandidate(candidate, (name) => environment[name], files, 10_000);
	if (stack === undefined) {
		throw new BackupTuiError('usage', `${key} holds no compose file`, {
			hint: `Give a directory with one of ${composeFileNames.join(', ')}`,
		});
	}
	if (stack.unmanageable !== undefined) {
		throw new BackupTuiError('usage', `${key} cannot be backed up: ${stack.unmanageable}`, {
			hint: 'Rename the directory or make it readable',
		});
	}
	return stack;
}

/** A stack of the stacks directory needs no entry of its own: it has one, by its name. */
async function refuseChild(
	deps: StacksDeps,
	key: string,
	discovery: Discovery,
	files: DiscoveryFiles,
): Promise<void> {
	const [parent, stacksDir] = await Promise.all([
		files.realPath(dirname(key)),
		files.realPath(deps.stacksDir).catch(() => deps.stacksDir),
	]);
	const name = basename(key);
	if (parent !== stacksDir || !discovery.stacks.some((stack) => stack.key === name)) return;
	throw new BackupTuiError('usage', `${key} lies in the stacks directory and is listed already`, {
		hint: `Enable it: ${stacksCommandLine('enable', [name])}`,
	});
}

function refuseDuplicates(stacks: readonly Stack[], fresh: readonly Stack[]): void {
	const duplicate = duplicateProjects(stacks).find((group) =>
		group.stacks.some((stack) => fresh.includes(stack)),
	);
	if (duplicate !== undefined) throw duplicateError(duplicate);
}
