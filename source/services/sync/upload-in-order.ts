import { guardLocksNow } from './check-source.ts';
import { goneFiles, guardVanished } from './guards.ts';
import { type Inventory, kindOfPath, uploadOrder } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import type { MirrorPlan } from './plan.ts';
import { readInventory } from './read-inventory.ts';
import { makeDirectory } from './remote-directory.ts';
import { readPending, writePending } from './remote-state.ts';
import { proveContent, uploadData, uploadVisible } from './upload.ts';

export interface UploadInput {
	readonly source: Inventory;
	/** The remote as it was found. */
	readonly found: Inventory;
	readonly plan: MirrorPlan;
	/** The remote's config file is of an older format of the same repository. */
	readonly replaceConfig: boolean;
}

/**
 * Sends what is missing so that the remote is a usable repository at every instant: packs, then what refers to them.
 * A new config file comes last (it makes the place a repository), a replaced one before the index (old programs must not
 * read new packs).
 *
 * @returns the paths that were sent
 */
export async function uploadInOrder(context: MirrorContext, input: UploadInput): Promise<readonly string[]> {
	const { source, found, plan, replaceConfig } = input;
	const { index, keys, snapshots, config } = plan.uploads;
	const visible = [...index.keys(), ...keys.keys(), ...snapshots.keys()];
	await proveContent(context, visible, found);
	if (!context.deps.dryRun) makeDirectory(context);
	const packs = await packsToSend(context, input);
	await uploadData(context, packs, found);
	if (packs.size + visible.length > 0) await guardSourceAgain(context, source);

	const configFile = new Map([['config', source.files.config.get('config') ?? 0]]);
	if (replaceConfig) await uploadVisible(context, 'config', configFile);
	await uploadVisible(context, 'index', index);
	await uploadVisible(context, 'keys', keys);
	await uploadVisible(context, 'snapshots', snapshots);
	if (!replaceConfig) await uploadVisible(context, 'config', config);
	return [...packs.keys(), ...visible, ...(replaceConfig ? ['config'] : config.keys())];
}

/**
 * The packs the remote lacks, and those that an earlier, interrupted sync had begun and whose content there is not right
 * although their size is. All are noted as begun before the first byte goes out.
 */
async function packsToSend(
	context: MirrorContext,
	{ source, found, plan }: UploadInput,
): Promise<ReadonlyMap<string, number>> {
	const { deps, remote, rclone, directory, place } = context;
	const { data } = plan.uploads;
	if (deps.dryRun) return data;
	const begun = readPending(deps.stateDir, remote.name);
	const there = begun.filter(
		(path) => found.files.data.has(path) && source.files.data.has(path) && !data.has(path),
	);
	const packs = new Map(data);
	if (there.length > 0) {
		const { different, missing, unread } = await rclone.check(directory, place, there, context.call());
		for (const path of [...different, ...missing, ...unread])
			packs.set(path, source.files.data.get(path) ?? 0);
	}
	if (packs.size > 0) writePending(deps.stateDir, remote.name, [...new Set([...begun, ...packs.keys()])]);
	return packs;
}

/** What an index lists must be on the remote: nothing may have left the source while packs were sent. */
async function guardSourceAgain(context: MirrorContext, source: Inventory): Promise<void> {
	if (context.deps.dryRun) return;
	context.guard(guardVanished(goneFiles(source, await readInventory(context.directory))));
	await guardLocksNow(context);
}

/** Sends files over damaged ones of the same name and size. The caller has proven the local ones. */
export async function sendAgain(
	context: MirrorContext,
	source: Inventory,
	paths: readonly string[],
): Promise<void> {
	for (const kind of uploadOrder) {
		const files = new Map(
			paths
				.filter((path) => kindOfPath(path) === kind)
				.map((path) => [path, source.files[kind].get(path) ?? 0] as const),
		);
		if (files.size === 0) continue;
		if (kind === 'data') await uploadData(context, files, source);
		else await uploadVisible(context, kind, files);
	}
}
