import type { CallOptions, ContainerDetails, Engine } from './engine.ts';
import { isUp } from './state.ts';
import type { StackContainer } from './types.ts';

/** A container of somebody else that hangs on one of a stack: it refers to it, and would not start without it. */
export interface Neighbour {
	readonly id: string;
	readonly name: string;
	/** Empty where it belongs to no Compose project. */
	readonly project: string;
	/** As it was when the inventory was taken. */
	readonly status: string;
	/** The engine deletes it once it stops. */
	readonly autoRemove: boolean;
	/** What it shares, in words: `the network`. */
	readonly shares: string;
	/** Ids of the containers in whose namespaces it lives: without them it has no network, or ends. Empty: it only refers. */
	readonly livesIn: readonly string[];
	/** Name of the container it hangs on. */
	readonly of: string;
}

/** What of a container refers to others; it cannot change while the container exists. */
type References = Pick<
	ContainerDetails,
	'networkMode' | 'pidMode' | 'ipcMode' | 'volumesFrom' | 'links' | 'autoRemove'
>;

interface Reference {
	/** Name or id. */
	readonly to: string;
	readonly shares: string;
	readonly namespace: boolean;
}

/** `container:web` -> `web` */
const joined = (mode: string) => (mode.startsWith('container:') ? [mode.slice('container:'.length)] : []);

/** What a container refers to, by name or id: as it was typed, for volumes and links. */
export function referencesOf(container: References): readonly Reference[] {
	const { networkMode, pidMode, ipcMode, volumesFrom, links } = container;
	return [
		...joined(networkMode).map((to) => ({ to, shares: 'the network', namespace: true })),
		...joined(pidMode).map((to) => ({ to, shares: 'the processes', namespace: true })),
		...joined(ipcMode).map((to) => ({ to, shares: 'the memory', namespace: true })),
		...volumesFrom.map((entry) => ({
			to: entry.split(':')[0] ?? '',
			shares: 'the volumes',
			namespace: false,
		})),
		...links.map((link) => ({
			to: (link.split(':')[0] ?? '').replace(/^\//, ''),
			shares: 'a link',
			namespace: false,
		})),
	];
}

/**
 * The container that a name or id means to the engine: a whole id comes before a name, a name before the beginning of an id,
 * which must mean one container only.
 */
export function whoIsMeant<One extends Pick<StackContainer, 'id' | 'name'>>(
	to: string,
	all: readonly One[],
): One | undefined {
	const named = all.find(({ id }) => id === to) ?? all.find(({ name }) => name === to);
	if (named !== undefined || to === '') return named;
	const [first, ...more] = all.filter(({ id }) => id.startsWith(to));
	return more.length === 0 ? first : undefined;
}

/** References by container id: read once in a process, for a container keeps them for life. */
const known = new WeakMap<Engine, Map<string, References>>();

async function referencesById(
	engine: Engine,
	containers: readonly StackContainer[],
	call: CallOptions,
): Promise<ReadonlyMap<string, References>> {
	const map = known.get(engine) ?? new Map<string, References>();
	known.set(engine, map);
	const unread = containers.filter(({ id }) => !map.has(id)).map(({ id }) => id);
	if (unread.length === 0) return map;
	for (const details of await engine.inspectContainers(unread, call)) {
		const { networkMode, pidMode, ipcMode, volumesFrom, links, autoRemove } = details;
		map.set(details.id, { networkMode, pidMode, ipcMode, volumesFrom, links, autoRemove });
	}
	return map;
}

/**
 * Finds the containers of others that hang on a stack's, and those that hang on these.
 *
 * @param own containers of the stack
 * @param all containers of the engine, in all states
 * @returns what others need first
 */
export async function findNeighbours(
	engine: Engine,
	own: readonly StackContainer[],
	all: readonly StackContainer[],
	call: CallOptions = {},
): Promise<readonly Neighbour[]> {
	if (own.length === 0) return [];
	const ids = new Set(own.map(({ id }) => id));
	const others = all.filter(({ id, helperOf }) => !ids.has(id) && helperOf === undefined);
	const references = await referencesById(engine, others, call);
	const found = new Map<string, Neighbour>();
	for (let base = own; base.length > 0; ) {
		const next = others
			.filter(({ id }) => !found.has(id))
			.flatMap((other): [StackContainer, Neighbour][] => {
				const facts = references.get(other.id);
				const meant = (facts === undefined ? [] : referencesOf(facts)).flatMap((reference) => {
					const meant = whoIsMeant(reference.to, all);
					const of = base.find(({ id }) => id === meant?.id);
					return of === undefined ? [] : [{ ...reference, of }];
				});
				const [first] = meant;
				if (facts === undefined || first === undefined) return [];
				const { id, name, project, status } = other;
				const livesIn = meant.filter(({ namespace }) => namespace).map(({ of }) => of.id);
				const shares = [...new Set(meant.map((one) => one.shares))].join(' and ');
				const { autoRemove } = facts;
				return [[other, { id, name, project, status, autoRemove, shares, livesIn, of: first.of.name }]];
			});
		for (const [, neighbour] of next) found.set(neighbour.id, neighbour);
		base = next.filter(([, { livesIn }]) => livesIn.length > 0).map(([other]) => other);
	}
	return [...found.values()];
}

/** Neighbours that ran in the namespaces of these containers, and those that ran in theirs. Paused ones are left alone. */
export function livingIn(neighbours: readonly Neighbour[], ids: readonly string[]): readonly Neighbour[] {
	const inside = new Set(ids);
	return neighbours.filter((neighbour) => {
		const lives = neighbour.livesIn.some((id) => inside.has(id));
		if (lives) inside.add(neighbour.id);
		return lives && isUp(neighbour) && neighbour.status !== 'paused';
	});
}

/** `vpn-client, which shares the network of app-vpn-1` */
export function describeNeighbour({ name, shares, of }: Neighbour): string {
	return shares === 'a link'
		? `${name}, which is linked to ${of}`
		: `${name}, which shares ${shares} of ${of}`;
}
