import { type Inventory, type InventoryContainer, upContainers } from './inventory.ts';
import { isUp } from './state.ts';
import type { StackContainer } from './types.ts';

export type DifferenceKind =
	| 'missing'
	/** A one-off container that is gone: nothing can make it again. */
	| 'lost'
	| 'not-up'
	| 'restarting'
	| 'not-paused'
	| 'paused'
	| 'starting'
	| 'unhealthy'
	| 'image'
	| 'config'
	/** Made anew with other limits or another restart policy than its configuration has. */
	| 'limits'
	| 'extra';

/** One thing that is not as it was. */
export interface Difference {
	readonly kind: DifferenceKind;
	readonly project: string;
	readonly service: string;
	readonly container: string;
	/** In words, for a person. */
	readonly message: string;
}

function identity(container: Pick<StackContainer, 'project' | 'service' | 'oneOff'>): string {
	return `${container.project}\0${container.service}\0${container.oneOff ? 'run' : ''}`;
}

/** Pairs what was with what is: by id, then by replica number, then whatever is left of the same service. */
function pair(before: readonly InventoryContainer[], now: readonly StackContainer[]) {
	const left = new Set(now);
	const pairs = new Map<InventoryContainer, StackContainer>();
	const match = (same: (was: InventoryContainer, is: StackContainer) => boolean) => {
		for (const was of before) {
			if (pairs.has(was)) continue;
			const found = [...left].find((is) => same(was, is));
			if (found === undefined) continue;
			pairs.set(was, found);
			left.delete(found);
		}
	};
	match((was, is) => was.id === is.id);
	match((was, is) => identity(was) === identity(is) && was.number === is.number && isUp(is));
	match((was, is) => identity(was) === identity(is) && isUp(is));
	match((was, is) => identity(was) === identity(is) && was.number === is.number);
	return { pairs, left: [...left] };
}

function compare(was: InventoryContainer, is: StackContainer): readonly [DifferenceKind, string][] {
	const found: [DifferenceKind, string][] = [];
	if (!isUp(is)) {
		const code = is.exitCode === undefined ? '' : ` with code ${is.exitCode}`;
		return [['not-up', `${is.name} is ${is.status}${code}`]];
	}
	if (is.status === 'restarting' && was.status !== 'restarting') {
		found.push(['restarting', `${is.name} keeps restarting`]);
	}
	if (was.status === 'paused' && is.status !== 'paused') found.push(['not-paused', `${is.name} was paused`]);
	if (was.status !== 'paused' && is.status === 'paused') found.push(['paused', `${is.name} is paused`]);
	if (was.imageId !== is.imageId) found.push(['image', `${is.name} runs another image than before`]);
	if (was.configHash !== is.configHash) {
		found.push(['config', `${is.name} has another configuration than before`]);
	}
	// A service that was not healthy before need not be so now.
	if (was.health === 'healthy' || was.health === 'starting') {
		if (is.health === 'starting') found.push(['starting', `${is.name} is not healthy yet`]);
		if (is.health === 'unhealthy') found.push(['unhealthy', `${is.name} is unhealthy`]);
	}
	return found;
}

/**
 * What of a stack is not as it was; empty when everything that was up is up again, and nothing else.
 *
 * @param now all containers of the inventory's projects, in all states
 */
export function inventoryDifferences(
	before: Inventory,
	now: readonly StackContainer[],
): readonly Difference[] {
	const { pairs, left } = pair(upContainers(before), now);
	const differences: Difference[] = [];
	for (const was of upContainers(before)) {
		const { project, service } = was;
		const is = pairs.get(was);
		const found: readonly [DifferenceKind, string][] =
			is === undefined ? [[was.oneOff ? 'lost' : 'missing', `${was.name} is gone`]] : compare(was, is);
		for (const [kind, message] of found) {
			differences.push({ kind, project, service, container: is?.name ?? was.name, message });
		}
	}
	for (const is of left) {
		if (!isUp(is) || is.helperOf !== undefined) continue;
		const { project, service, name } = is;
		const message = `${name} is up and was not before`;
		differences.push({ kind: 'extra', project, service, container: name, message });
	}
	return differences;
}

/**
 * What came back changed: somebody else has brought it up meanwhile. Of a container that shares with another one Compose's
 * hash is never the same, since the other's id is part of it.
 */
export function changedMeanwhile(before: Inventory, differences: readonly Difference[]): readonly string[] {
	const sharing = new Set(
		before.containers.filter((one) => one.sharesWith.length > 0).map((one) => one.service),
	);
	return differences
		.filter(
			({ kind, service }) =>
				kind === 'image' || kind === 'limits' || (kind === 'config' && !sharing.has(service)),
		)
		.map(({ message }) => message);
}
