import type { ComposeService } from './compose-config.ts';
import type { ContainerDetails } from './engine.ts';
import type { InventoryContainer } from './inventory.ts';
import { referencesOf, whoIsMeant } from './neighbours.ts';
import type { Obstacle } from './obstacle.ts';
import { isUp } from './state.ts';
import type { StackContainer } from './types.ts';

/**
 * Why a recorded container could not be started again: the container in whose namespaces it lives is gone or does not run.
 * Volumes of another container are looked up only when a container is made.
 *
 * @param all containers of the engine, in all states
 */
export function absentDonors(
	details: ContainerDetails | undefined,
	all: readonly StackContainer[],
): readonly string[] {
	if (details === undefined) return [];
	return referencesOf(details)
		.filter(({ namespace }) => namespace)
		.flatMap(({ to, shares }) => {
			const donor = whoIsMeant(to, all);
			if (donor === undefined)
				return [`the container whose ${shares.slice(4)} ${details.name} shares is gone`];
			return isUp(donor)
				? []
				: [`${donor.name}, whose ${shares.slice(4)} ${details.name} shares, does not run`];
		});
}

interface Named {
	/** Name or id, as it is written. */
	readonly to: string;
	/** `up` fails where it does not run. */
	readonly runs: boolean;
	readonly isLink: boolean;
}

/** Containers that a service names in its file. */
function namedBy(service: ComposeService): readonly Named[] {
	const named = (text: string | undefined) =>
		text?.startsWith('container:') ? [text.split(':')[1] ?? ''] : [];
	const modes = [service.network_mode, service.pid, service.ipc].flatMap(named);
	const volumes = (service.volumes_from ?? []).flatMap(named);
	const links = (service.external_links ?? []).map((link) => link.split(':')[0] ?? '');
	return [
		...modes.map((to) => ({ to, runs: true, isLink: false })),
		...volumes.map((to) => ({ to, runs: false, isLink: false })),
		...links.map((to) => ({ to, runs: true, isLink: true })),
	];
}

/**
 * Why a new container of a service would not share what the one before it did: a container of somebody else was renamed or
 * made anew since. `up` would fail, or take another one.
 */
export function donorObstacles(
	{ service: name, sharesWith }: Pick<InventoryContainer, 'service' | 'sharesWith'>,
	service: ComposeService,
	all: readonly StackContainer[],
): readonly Obstacle[] {
	return namedBy(service).flatMap(({ to, runs, isLink }): Obstacle[] => {
		const donor = whoIsMeant(to, all);
		const blocked = (why: string): Obstacle[] => [
			{ kind: 'blocked', message: `${name} needs the container ${to}, ${why}` },
		];
		if (donor === undefined) return blocked('and there is none of that name any more');
		if (runs && !isUp(donor)) return blocked('which does not run');
		return isLink || sharesWith.includes(donor.id) ? [] : blocked('which is another one than before');
	});
}
