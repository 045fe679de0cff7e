import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Inventory } from '../../stacks/inventory.ts';
import { isUp } from '../../stacks/state.ts';
import type { Stack } from '../../stacks/types.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';
import type { RestoreDocker } from './ports.ts';

/** A stack as it is on this host now; on a bare one what the snapshot says of it, with nothing running. */
export interface LiveStack {
	readonly stack: Stack;
	readonly inventory: Inventory;
	/** Nothing of it is here: neither its directory nor a container. */
	readonly bare: boolean;
	readonly runs: boolean;
	/** This host knows it: it is found among its stacks, not only in the snapshot. */
	readonly known: boolean;
}

/** A stack that is known from a snapshot alone. */
export function stackOfSnapshot(opened: OpenedSnapshot): Stack {
	const said = opened.manifest?.stack;
	const directory = said?.directory ?? opened.parts[0]?.source ?? '';
	return {
		// Another stack's key would make its journal entry ours.
		key:
			said !== undefined && [said.directory, `./${opened.stack}`].includes(said.key)
				? said.key
				: opened.stack,
		name: opened.stack,
		origin: said?.origin === 'external' ? 'external' : 'stacks-dir',
		directory,
		realDirectory: said?.realDirectory ?? directory,
		enabled: false,
		missing: !existsSync(directory),
		composeFiles: said?.composeFiles ?? [],
		project: said?.project ?? basename(directory).toLowerCase(),
	};
}

/** @returns the inventory of a manifest, when it is one */
export function inventoryOfManifest(manifest: Manifest | undefined): Inventory | undefined {
	const inventory = manifest?.inventory as Partial<Inventory> | undefined;
	if (inventory?.version !== 1 || !Array.isArray(inventory.containers) || !Array.isArray(inventory.projects))
		return undefined;
	// Containers of others are looked for on this host: a snapshot must not name what is stopped and started.
	return { ...(inventory as Inventory), neighbours: [] };
}

/** Containers of others that hang on a stack: as they were when it went down, and those that have come since. */
export function neighboursOf(before: Inventory, now: Inventory): NonNullable<Inventory['neighbours']> {
	const recorded = before.neighbours ?? [];
	const ids = new Set(recorded.map(({ id }) => id));
	return [...recorded, ...(now.neighbours ?? []).filter(({ id }) => !ids.has(id))];
}

export function runsAnything(inventory: Inventory | undefined): boolean {
	return inventory?.containers.some(isUp) ?? false;
}

/**
 * Finds the stack a snapshot is of among those of this host: by name, else by its directory.
 *
 * @throws state-unknown when Docker cannot tell what runs
 */
export async function findLiveStack(
	docker: Pick<RestoreDocker, 'inventory'>,
	stacks: readonly Stack[],
	opened: OpenedSnapshot,
): Promise<LiveStack> {
	const said = stackOfSnapshot(opened);
	const found =
		stacks.find((stack) => stack.name === opened.stack || stack.key === opened.stack) ??
		stacks.find((stack) => stack.realDirectory === said.realDirectory || stack.key === said.key);
	const stack = found ?? said;
	const inventory = await docker.inventory(stack);
	return {
		stack,
		inventory,
		bare: !existsSync(said.realDirectory) && inventory.containers.length === 0,
		runs: runsAnything(inventory),
		known: found !== undefined,
	};
}
