import type { Readable } from 'node:stream';
import type { ImageDetails, VolumeDetails, VolumeSpec } from '../../stacks/engine.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Difference } from '../../stacks/inventory-differences.ts';
import type { Attempt } from '../../stacks/provide-image.ts';
import type { WritableLayer } from '../../stacks/read-layers.ts';
import type { Stack, StackContainer } from '../../stacks/types.ts';

/** What Compose must be told to mean one project. */
export interface ProjectPlace {
	readonly project: string;
	readonly workingDir: string;
	readonly configFiles: readonly string[];
	readonly envFiles: readonly string[];
}

/** How a stack is brought up after a restore. */
export interface UpRequest {
	readonly inventory: Inventory;
	/** `stop`: the recorded containers are there and are started. `down`: Compose makes what is missing. */
	readonly method: 'stop' | 'down';
	/** ms since the epoch when taking down began, if it did not end well. */
	readonly interruptedSince?: number;
}

/** Docker, as a restore needs it; bound to the engine in `docker.ts`. */
export interface RestoreDocker {
	/** What runs of a stack. Throws `state-unknown`. */
	inventory(stack: Stack): Promise<Inventory>;
	/** @returns which of these containers are still there, running or not */
	existing(ids: readonly string[]): Promise<ReadonlySet<string>>;
	/** What these containers hold outside their mounts; those that hold nothing are left out. */
	layers(ids: readonly string[]): Promise<readonly WritableLayer[]>;
	takeDown(inventory: Inventory, graceSeconds: number, signal: AbortSignal): Promise<void>;
	/** Notices whatever of a stack runs from now on. `finish` returns who did, for people; it never rejects. */
	watch(
		stack: Stack,
		inventory: Inventory,
		signal: AbortSignal,
	): Promise<{ finish(): Promise<readonly string[]> }>;
	/** Returns when all of it is verified up, with what is not as it was. Throws `up-failed`. */
	bringUp(request: UpRequest): Promise<readonly Difference[]>;
	/** Looks again after the settling time. @returns what is up no more, in words */
	settle(inventory: Inventory, signal: AbortSignal): Promise<readonly string[]>;
	volume(name: string): Promise<VolumeDetails | undefined>;
	createVolume(spec: VolumeSpec): Promise<void>;
	/** The volume's directory on this host, or undefined when files cannot be written there. */
	hostPath(volume: VolumeDetails): string | undefined;
	/** Keeps volumes mounted that vanish from the host when no container uses them. */
	hold(stack: string, volumes: readonly string[]): Promise<{ release(): Promise<void> }>;
	/**
	 * Writes a tar archive into a volume. `below`: its entries lie below this absolute path and `root` is the header of
	 * that directory; without it they lie directly in the archive, as when a volume was streamed.
	 */
	fillVolume(
		stack: string,
		volume: string,
		tar: Readable,
		below: { readonly path: string; readonly root: Buffer } | undefined,
		signal: AbortSignal,
	): Promise<void>;
	/** All containers, of whatever project and in any state. */
	containers(): Promise<readonly StackContainer[]>;
	networkExists(name: string): Promise<boolean>;
	createNetwork(name: string): Promise<void>;
	removeNetwork(name: string): Promise<void>;
	/** The engine is on this host: its ports are ours. */
	readonly local: boolean;
	image(reference: string): Promise<ImageDetails | undefined>;
	pull(reference: string, signal: AbortSignal): Promise<Attempt>;
	tag(image: string, reference: string): Promise<Attempt>;
	build(project: ProjectPlace, services: readonly string[], signal: AbortSignal): Promise<Attempt>;
	load(archive: Readable, signal: AbortSignal): Promise<Attempt>;
	/** Makes containers, networks and anonymous volumes; starts nothing. */
	create(
		project: ProjectPlace,
		replicas: Readonly<Record<string, number>>,
		signal: AbortSignal,
	): Promise<Attempt>;
	/** All containers of a project, in any state. */
	containersOf(project: string): Promise<readonly StackContainer[]>;
}
