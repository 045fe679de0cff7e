import type { Config } from '../config/types.ts';
import type { BackupTuiError } from '../errors.ts';
import { childEnvironment } from '../process/environment.ts';
import { applyEdits } from '../stacks/dirlist-edit.ts';
import { readDirlist, updateDirlist } from '../stacks/dirlist-file.ts';
import { syncEdits } from '../stacks/dirlist-sync.ts';
import { type Discovery, discoverStacks } from '../stacks/discover.ts';
import { duplicateError, duplicateProjects } from '../stacks/discover-duplicates.ts';
import type { Stack } from '../stacks/types.ts';

/** Finds the stacks of a configuration; only reads. Throws `stacks-dir-missing`, `dirlist-invalid`. */
export async function discoverConfigured(
	config: Config,
	env: Readonly<Record<string, string | undefined>>,
): Promise<Discovery> {
	const dirlist = await readDirlist(config.paths.dirlist);
	return discoverStacks({ stacksDir: config.docker.stacksDir, dirlist, environment: childEnvironment(env) });
}

/** Appends stacks that are not listed yet, off. Nothing is ever removed from the file. */
export async function listNewStacks(config: Config, discovery: Discovery): Promise<void> {
	const edits = syncEdits(discovery.comparison);
	if (edits.length > 0) await updateDirlist(config.paths.dirlist, (document) => applyEdits(document, edits));
}

/** @returns by stack key, why a stack must not be taken down: another one is the same project to Compose */
export function duplicateRefusals(stacks: readonly Stack[]): ReadonlyMap<string, BackupTuiError> {
	const refusals = new Map<string, BackupTuiError>();
	for (const duplicate of duplicateProjects(stacks)) {
		for (const stack of duplicate.stacks) refusals.set(stack.key, duplicateError(duplicate));
	}
	return refusals;
}
