import type { Readable } from 'node:stream';
import type { StackContainer } from './types.ts';

/** How long one call may take, and what cuts it short. */
export interface CallOptions {
	/** Total time in ms. Default 30,000. */
	readonly timeoutMs?: number;
	readonly signal?: AbortSignal;
}

export interface ContainerFilter extends CallOptions {
	/** Only containers of this Compose project. */
	readonly project?: string;
	/** Also containers that belong to no Compose project (their `project` is empty). */
	readonly everything?: boolean;
}

/** What `inspect` tells beyond the container list. Times in ms since the epoch, UTC; 0 = never. */
export interface ContainerDetails extends StackContainer {
	readonly startedAt: number;
	readonly finishedAt: number;
	readonly restartCount: number;
	/** no | always | unless-stopped | on-failure */
	readonly restartPolicy: string;
	/** The engine deletes the container once it stops (`docker run --rm`). */
	readonly autoRemove: boolean;
	/** bridge, host, none, a network's name, or `container:ID` */
	readonly networkMode: string;
	readonly pidMode: string;
	readonly ipcMode: string;
	/** Container ids whose volumes it shares (`volumes_from`). */
	readonly volumesFrom: readonly string[];
	/** Containers it is linked to, the old way: `/web:/app/alias`. */
	readonly links: readonly string[];
	/** Destinations of tmpfs mounts (`tmpfs:` of the service), which are not among `mounts`. */
	readonly tmpfs: readonly string[];
	/** Ids of its networks by name, as it knows them: the network may be gone or another one by now. */
	readonly networkIds: Readonly<Record<string, string>>;
	/** Undefined without a health check. */
	readonly healthMs: HealthMs | undefined;
	/** The engine's own words on why it could not be started; empty when fine. */
	readonly error: string;
	/** How often `on-failure` starts it again; 0 = without end. */
	readonly restartRetries: number;
	readonly limits: ContainerLimits;
	/** How it is attached to its networks. */
	readonly endpoints: readonly Endpoint[];
	/** `read_only: true`: nothing can be written outside its mounts. */
	readonly readOnlyRoot: boolean;
	/** Host path of its writable layer, where the storage driver (overlay2) tells one; else empty. */
	readonly layerDirectory: string;
}

/** Times of a health check, ms. */
export interface HealthMs {
	/** Until the first check that counts: start period and interval. */
	readonly usual: number;
	/** Until it is unhealthy if no check passes. */
	readonly longest: number;
}

/** What `docker update` can change, in the engine's own units (bytes, billionths of a processor); what is not set is left out. */
export type ContainerLimits = Readonly<Record<string, number | string>>;

/** A container's place in one network. */
export interface Endpoint {
	readonly network: string;
	readonly aliases: readonly string[];
	readonly links: readonly string[];
	/** Addresses that were asked for; empty when the engine chose one. */
	readonly ipv4: string;
	readonly ipv6: string;
}

/** A path of a container that is not as its image has it. Directories in which something changed are listed too. */
export interface LayerChange {
	readonly kind: 'modified' | 'added' | 'deleted';
	/** In the container. */
	readonly path: string;
}

export interface VolumeDetails {
	readonly name: string;
	readonly driver: string;
	/** Host path, empty when the driver tells none. It may exist only while a container uses the volume. */
	readonly mountpoint: string;
	/** `driver_opts` */
	readonly options: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
	readonly scope: string;
	/** As the engine writes it; empty when the driver tells none. A volume that was made anew has another. */
	readonly createdAt: string;
}

/** A network as it can be made again. */
export interface NetworkSpec {
	readonly driver: string;
	readonly internal: boolean;
	readonly attachable: boolean;
	readonly ipv6: boolean;
	/** Address pools; empty: the engine chooses. */
	readonly pools: readonly NetworkPool[];
	readonly options: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
}

export interface NetworkPool {
	readonly subnet: string;
	readonly range: string | undefined;
	readonly gateway: string | undefined;
}

export interface NetworkDetails extends NetworkSpec {
	readonly name: string;
	readonly id: string;
	/** Of its pools. */
	readonly subnets: readonly string[];
}

export interface ImageDetails {
	readonly id: string;
	readonly tags: readonly string[];
	readonly digests: readonly string[];
}

export interface EngineInfo {
	readonly version: string;
	readonly apiVersion: string;
	/** `/var/lib/docker` or where the engine was told to live. */
	readonly rootDir: string;
	readonly rootless: boolean;
	readonly podman: boolean;
}

/** One thing that happened to a container. */
export interface EngineEvent {
	/** create, start, die, stop, kill, pause, unpause, destroy ... */
	readonly action: string;
	readonly id: string;
	readonly name: string;
	readonly image: string;
	readonly project: string;
	readonly service: string;
	/** ms since the epoch, UTC */
	readonly at: number;
}

export interface EventHandlers {
	readonly onEvent: (event: EngineEvent) => void;
	/** The stream ended though nobody closed it: from here on events are missed. Called once. */
	readonly onInterrupted: (reason: string) => void;
}

export interface EventStream {
	close(): void;
}

/** A volume to be made. */
export interface VolumeSpec {
	readonly name: string;
	readonly driver: string;
	readonly options: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
}

/** A helper container: it mounts volumes, read-only unless told otherwise, and does nothing. */
export interface HelperSpec {
	readonly name: string;
	readonly image: string;
	/** Entry point and arguments in one. */
	readonly command: readonly string[];
	/** Each with its place in the container. */
	readonly volumes: readonly { readonly name: string; readonly destination: string }[];
	readonly labels: Readonly<Record<string, string>>;
	/** The volumes can be written, by `docker cp` into the container. */
	readonly writable?: true;
}

/**
 * The Docker Engine, as far as backup-tui needs it. Two implementations: the API over the unix socket (1-4 ms a
 * call) and the `docker` command line (contexts, TCP, SSH).
 *
 * Every call rejects with `daemon-unreachable` when the engine does not answer in time and `no-permission`
 * when the socket may not be used; other refusals of the engine are `internal` with its own words.
 */
export interface Engine {
	readonly kind: 'socket' | 'cli';
	/** The engine runs on this machine: the host paths it tells are paths here. */
	readonly local: boolean;
	/** Where it is, for messages: a socket path or a docker host. */
	readonly endpoint: string;
	info(options?: CallOptions): Promise<EngineInfo>;
	/** Containers in all states, in one call. */
	listContainers(filter?: ContainerFilter): Promise<readonly StackContainer[]>;
	/** In the order of `ids`; containers that are gone are left out. */
	inspectContainers(ids: readonly string[], options?: CallOptions): Promise<readonly ContainerDetails[]>;
	/** What a container has written outside its mounts (`docker diff`). The engine walks its whole layer, and holds it meanwhile. */
	changes(id: string, options?: CallOptions): Promise<readonly LayerChange[]>;
	inspectVolume(name: string, options?: CallOptions): Promise<VolumeDetails | undefined>;
	/** @param reference name:tag, digest or id; undefined when the engine has no such image */
	inspectImage(reference: string, options?: CallOptions): Promise<ImageDetails | undefined>;
	listImages(options?: CallOptions): Promise<readonly ImageDetails[]>;
	networkExists(name: string, options?: CallOptions): Promise<boolean>;
	/** A volume of this name that is there already, with the same driver, is not an error; its data stays. */
	createVolume(spec: VolumeSpec, options?: CallOptions): Promise<void>;
	inspectNetwork(name: string, options?: CallOptions): Promise<NetworkDetails | undefined>;
	/** Without a specification a bridge network without labels, as `docker network create NAME` makes it. */
	createNetwork(name: string, spec?: NetworkSpec, options?: CallOptions): Promise<void>;
	/** Connects a stopped container to the network of this name that is there now, with the aliases and addresses it had. */
	reconnectNetwork(containerId: string, name: string, options?: CallOptions): Promise<void>;
	/** One that is not there is not an error. */
	removeNetwork(name: string, options?: CallOptions): Promise<void>;
	/** Starting a running container, stopping a stopped or vanished one, removing a vanished one are not errors. */
	startContainer(id: string, options?: CallOptions): Promise<void>;
	/** SIGTERM (or the image's stop signal), then SIGKILL after `graceSeconds`; resolves when it has ended. */
	stopContainer(id: string, graceSeconds: number, options?: CallOptions): Promise<void>;
	killContainer(id: string, options?: CallOptions): Promise<void>;
	pauseContainer(id: string, options?: CallOptions): Promise<void>;
	unpauseContainer(id: string, options?: CallOptions): Promise<void>;
	/** Removes a container, running or not, and its anonymous volumes only when told. */
	removeContainer(id: string, options?: CallOptions): Promise<void>;
	/** @returns the id */
	createHelper(spec: HelperSpec, options?: CallOptions): Promise<string>;
	/** A path of a container as a tar stream; works for containers that were never started. */
	archive(id: string, path: string, options?: { readonly signal?: AbortSignal }): Promise<Readable>;
	/** Resolves once the engine has begun to send events. */
	events(handlers: EventHandlers, options?: CallOptions): Promise<EventStream>;
}

/** Default bound of one engine call in ms. */
export const defaultCallMs = 30_000;

/** The container events that are asked for: not the `exec_*` ones, of which health checks make thousands. */
export const watchedActions = [
	'create',
	'start',
	'restart',
	'unpause',
	'pause',
	'die',
	'oom',
	'destroy',
] as const;
