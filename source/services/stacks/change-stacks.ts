import { BackupTuiError } from '../../errors.ts';
import { applyEdits, type DirlistEdit } from '../../stacks/dirlist-edit.ts';
import { updateDirlist } from '../../stacks/dirlist-file.ts';
import { syncEdits } from '../../stacks/dirlist-sync.ts';
import type { Discovery } from '../../stacks/discover.ts';
import { duplicateError, duplicateProjects } from '../../stacks/discover-duplicates.ts';
import type { Stack } from '../../stacks/types.ts';
import { stacksCommandLine } from './command-line.ts';
import { findStacks } from './find-stack.ts';
import type { StacksDeps } from './list-stacks.ts';

/** What a change of the dirlist did, or in a dry run would do. */
export interface StacksChange {
	readonly dirlist: string;
	readonly dryRun: boolean;
	readonly changed: readonly ChangedStack[];
	/** Names of the stacks that were so already. */
	readonly unchanged: readonly string[];
	/** New stacks that were appended, off, since the file was written anyway. */
	readonly listed: readonly string[];
	/** What the person should know, in sentences. */
	readonly warnings: readonly string[];
}

export interface ChangedStack {
	readonly key: string;
	readonly name: string;
	readonly change: 'enabled' | 'disabled' | 'added' | 'removed';
}

export interface ChangeRequest {
	/** Names, keys or paths. */
	readonly names: readonly string[];
	/** All stacks instead: to enable, those that can be backed up; to disable, every entry. */
	readonly all: boolean;
	readonly dryRun: boolean;
}

/**
 * Turns stacks on or off. All or nothing: one name that is none changes nothing.
 *
 * @throws stack-unknown, usage (nothing named; a stack that cannot be managed), what discovery and the file throw
 */
export async function setEnabled(
	deps: StacksDeps,
	enabled: boolean,
	request: ChangeRequest,
): Promise<StacksChange> {
	const discovery = await deps.discover();
	const stacks = chosen(discovery.stacks, enabled, request);
	for (const stack of stacks) if (enabled) refuseUnmanageable(stack);
	const differing = stacks.filter((stack) => stack.enabled !== enabled || stack.unlisted === true);
	const edits = differing.map((stack): DirlistEdit => ({ type: 'set', key: stack.key, enabled }));
	const listed = await write(deps, discovery, edits, request.dryRun);
	const gone = enabled ? stacks.filter((stack) => stack.missing) : [];
	return {
		dirlist: deps.dirlist,
		dryRun: request.dryRun,
		changed: stacks
			.filter((stack) => stack.enabled !== enabled)
			.map(({ key, name }) => ({ key, name, change: enabled ? 'enabled' : 'disabled' })),
		unchanged: stacks.filter((stack) => stack.enabled === enabled).map((stack) => stack.name),
		listed: listed.filter((key) => !differing.some((stack) => stack.key === key)),
		warnings: [
			...gone.map((stack) => `${stack.name} is enabled, but ${stack.directory} is missing`),
			...(enabled ? duplicateWarnings(discovery, stacks) : []),
			...refusalWarning(discovery),
		],
	};
}

/**
 * Drops the entries of externals and of stacks that are gone; their data and snapshots stay.
 *
 * @throws stack-unknown; usage for a stack that lies in the stacks directory, it would come back
 */
export async function removeStacks(
	deps: StacksDeps,
	names: readonly string[],
	dryRun: boolean,
): Promise<StacksChange> {
	const discovery = await deps.discover();
	const stacks = findStacks(discovery.stacks, names);
	const present = stacks.find((stack) => stack.origin === 'stacks-dir' && !stack.missing);
	if (present !== undefined) {
		throw new BackupTuiError(
			'usage',
			`${present.name} lies in the stacks directory, its entry would come back`,
			{
				hint: `Turn it off instead: ${stacksCommandLine('disable', [present.name])}`,
			},
		);
	}
	const edits = stacks.map((stack): DirlistEdit => ({ type: 'remove', key: stack.key }));
	const listed = await write(deps, discovery, edits, dryRun);
	const changed = stacks.map(({ key, name }) => ({ key, name, change: 'removed' as const }));
	return {
		dirlist: deps.dirlist,
		dryRun,
		changed,
		unchanged: [],
		listed,
		warnings: refusalWarning(discovery),
	};
}

/**
 * Writes edits, and with them the stacks that are not listed yet, off. What others changed meanwhile stays.
 *
 * @returns keys of the stacks that were not listed
 */
export async function write(
	deps: StacksDeps,
	discovery: Discovery,
	edits: readonly DirlistEdit[],
	dryRun: boolean,
): Promise<readonly string[]> {
	const sync = syncEdits(discovery.comparison);
	if (!dryRun) await updateDirlist(deps.dirlist, (document) => applyEdits(document, [...sync, ...edits]));
	return sync.map((edit) => edit.key);
}

/** Why new stacks were not listed along with a change. */
export function refusalWarning(discovery: Discovery): readonly string[] {
	const { refusal } = discovery.comparison;
	return refusal === undefined
		? []
		: [`new stacks are not added to the dirlist: ${refusal}. Is a disk not mounted?`];
}

function duplicateWarnings(discovery: Discovery, stacks: readonly Stack[]): readonly string[] {
	return duplicateProjects(discovery.stacks)
		.filter((group) => group.stacks.some((stack) => stacks.includes(stack)))
		.map((group) => `backups will refuse these: ${duplicateError(group).message}`);
}

function chosen(stacks: readonly Stack[], enabled: boolean, request: ChangeRequest): readonly Stack[] {
	if (!request.all) {
		if (request.names.length > 0) return findStacks(stacks, request.names);
		throw new BackupTuiError('usage', 'no stack is named', { hint: 'Name them, or give --all' });
	}
	if (request.names.length > 0) {
		throw new BackupTuiError('usage', '--all and names at once', { hint: 'Give one or the other' });
	}
	if (!enabled) return stacks.filter((stack) => stack.enabled);
	return stacks.filter((stack) => !stack.missing && stack.unmanageable === undefined);
}

function refuseUnmanageable(stack: Stack): void {
	if (stack.unmanageable === undefined) return;
	throw new BackupTuiError('usage', `${stack.name} cannot be backed up: ${stack.unmanageable}`, {
		hint: 'Rename the directory or make it readable',
	});
}
