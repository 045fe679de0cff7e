import { composeLabels, fromLabels, type Labels } from './container-labels.ts';
import type {
	ContainerDetails,
	EngineEvent,
	HealthMs,
	ImageDetails,
	LayerChange,
	VolumeDetails,
} from './engine.ts';
import { type ApiLimits, toLimits } from './engine-limits-json.ts';
import { type ApiNetworks, networkNames, toEndpoints } from './engine-network-json.ts';
import type { ContainerMount, StackContainer } from './types.ts';

// What the Engine API 1.40-1.5x answers (docs.docker.com/reference/api/engine), as far as it is read. Everything is
// optional: engines of other ages and Podman leave fields out.

interface ApiMount {
	readonly Type?: string;
	readonly Name?: string;
	readonly Source?: string;
	readonly Destination?: string;
	readonly Driver?: string;
	readonly RW?: boolean;
}

export interface ApiListedContainer {
	readonly Id: string;
	readonly Names?: readonly string[] | null;
	readonly Image?: string;
	readonly ImageID?: string;
	readonly Created?: number;
	readonly State?: string;
	readonly Status?: string;
	readonly Labels?: Labels | null;
	readonly Mounts?: readonly ApiMount[] | null;
	readonly NetworkSettings?: ApiNetworks | null;
}

/** Times in nanoseconds; 0 or absent: Docker's default. */
interface ApiHealthcheck {
	readonly Test?: readonly string[] | null;
	readonly Interval?: number;
	readonly Timeout?: number;
	readonly Retries?: number;
	readonly StartPeriod?: number;
}

export interface ApiContainer {
	readonly Id: string;
	readonly Name?: string;
	readonly Created?: string;
	readonly Image?: string;
	readonly RestartCount?: number;
	readonly State?: {
		readonly Status?: string;
		readonly ExitCode?: number;
		readonly Error?: string;
		readonly StartedAt?: string;
		readonly FinishedAt?: string;
		readonly Health?: { readonly Status?: string } | null;
	};
	readonly HostConfig?: ApiLimits & {
		readonly AutoRemove?: boolean;
		readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } | null;
		readonly NetworkMode?: string;
		readonly PidMode?: string;
		readonly IpcMode?: string;
		readonly VolumesFrom?: readonly string[] | null;
		readonly Links?: readonly string[] | null;
		readonly Tmpfs?: Readonly<Record<string, string>> | null;
		readonly ReadonlyRootfs?: boolean;
	};
	readonly GraphDriver?: { readonly Data?: { readonly UpperDir?: string } | null } | null;
	readonly Config?: {
		readonly Image?: string;
		readonly Labels?: Labels | null;
		readonly Healthcheck?: ApiHealthcheck | null;
	};
	readonly Mounts?: readonly ApiMount[] | null;
	readonly NetworkSettings?: ApiNetworks | null;
}

export interface ApiVolume {
	readonly Name: string;
	readonly Driver?: string;
	readonly Mountpoint?: string;
	readonly Options?: Readonly<Record<string, string>> | null;
	readonly Labels?: Labels | null;
	readonly Scope?: string;
	readonly CreatedAt?: string;
}

export interface ApiImage {
	readonly Id: string;
	readonly RepoTags?: readonly string[] | null;
	readonly RepoDigests?: readonly string[] | null;
}

export interface ApiEvent {
	readonly Action?: string;
	readonly status?: string;
	readonly id?: string;
	readonly Actor?: { readonly ID?: string; readonly Attributes?: Labels | null };
	readonly time?: number;
	readonly timeNano?: number;
}

const mountTypes: readonly string[] = ['volume', 'bind', 'tmpfs', 'npipe', 'cluster', 'image'];

function toMount(mount: ApiMount): ContainerMount {
	const type = mountTypes.includes(mount.Type ?? '') ? (mount.Type as ContainerMount['type']) : 'bind';
	return {
		type,
		name: type === 'volume' ? (mount.Name ?? '') : '',
		source: mount.Source ?? '',
		destination: mount.Destination ?? '',
		driver: mount.Driver ?? '',
		readWrite: mount.RW ?? true,
	};
}

/** Sorted by destination: the engine lists them in no order. */
function toMounts(mounts: readonly ApiMount[] | null | undefined): readonly ContainerMount[] {
	return (mounts ?? []).map(toMount).sort((a, b) => (a.destination < b.destination ? -1 : 1));
}

function toHealth(status: string | undefined): StackContainer['health'] {
	return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

/** `Up 3 minutes (health: starting)`, `Up 2 hours (healthy)` */
function healthOfText(text: string): StackContainer['health'] {
	return toHealth(/\((?:health: )?(healthy|unhealthy|starting)\)/.exec(text)?.[1]);
}

/** A container that others link to is listed with their names for it too: `/other/alias`. */
function ownName(names: readonly string[]): string {
	const plain = names.map((name) => name.replace(/^\//, ''));
	return plain.find((name) => !name.includes('/')) ?? plain[0] ?? '';
}

/** A container of `GET /containers/json`. */
export function toStackContainer(api: ApiListedContainer): StackContainer {
	const text = api.Status ?? '';
	const exit = /^Exited \((\d+)\)/.exec(text)?.[1];
	return {
		id: api.Id,
		name: ownName(api.Names ?? []),
		...fromLabels(api.Labels ?? {}),
		status: api.State ?? '',
		health: healthOfText(text),
		...(exit === undefined ? {} : { exitCode: Number(exit) }),
		image: api.Image ?? '',
		imageId: api.ImageID ?? '',
		mounts: toMounts(api.Mounts),
		networks: networkNames(api.NetworkSettings),
		createdAt: (api.Created ?? 0) * 1000,
	};
}

/** Go writes 0001-01-01 for "never". */
function toTime(text: string | undefined): number {
	const time = Date.parse(text ?? '');
	return Number.isNaN(time) || time < 0 ? 0 : time;
}

/** @see https://docs.docker.com/reference/dockerfile/#healthcheck for the defaults */
function toHealthMs(check: ApiHealthcheck | null | undefined): HealthMs | undefined {
	if (check == null || check.Test?.[0] === 'NONE' || (check.Test ?? []).length === 0) return undefined;
	const ms = (nanoseconds: number | undefined, seconds: number) => (nanoseconds || seconds * 1e9) / 1e6;
	const startPeriod = ms(check.StartPeriod, 0);
	const interval = ms(check.Interval, 30);
	const each = interval + ms(check.Timeout, 30);
	return { usual: startPeriod + interval, longest: startPeriod + (check.Retries || 3) * each };
}

/** A container of `GET /containers/ID/json` or `docker inspect`. */
export function toContainerDetails(api: ApiContainer): ContainerDetails {
	const state = api.State ?? {};
	const host = api.HostConfig ?? {};
	const status = state.Status ?? '';
	return {
		id: api.Id,
		name: (api.Name ?? '').replace(/^\//, ''),
		...fromLabels(api.Config?.Labels ?? {}),
		status,
		health: toHealth(state.Health?.Status),
		...(status === 'exited' && state.ExitCode !== undefined ? { exitCode: state.ExitCode } : {}),
		image: api.Config?.Image ?? '',
		imageId: api.Image ?? '',
		mounts: toMounts(api.Mounts),
		networks: networkNames(api.NetworkSettings),
		createdAt: toTime(api.Created),
		startedAt: toTime(state.StartedAt),
		finishedAt: toTime(state.FinishedAt),
		restartCount: api.RestartCount ?? 0,
		restartPolicy: host.RestartPolicy?.Name || 'no',
		autoRemove: host.AutoRemove ?? false,
		networkMode: host.NetworkMode ?? '',
		pidMode: host.PidMode ?? '',
		ipcMode: host.IpcMode ?? '',
		volumesFrom: host.VolumesFrom ?? [],
		links: host.Links ?? [],
		tmpfs: Object.keys(host.Tmpfs ?? {}),
		networkIds: Object.fromEntries(
			Object.entries(api.NetworkSettings?.Networks ?? {}).map(([name, one]) => [name, one?.NetworkID ?? '']),
		),
		healthMs: toHealthMs(api.Config?.Healthcheck),
		error: state.Error ?? '',
		restartRetries: host.RestartPolicy?.MaximumRetryCount ?? 0,
		limits: toLimits(host),
		endpoints: toEndpoints(api.NetworkSettings),
		readOnlyRoot: host.ReadonlyRootfs ?? false,
		layerDirectory: api.GraphDriver?.Data?.UpperDir ?? '',
	};
}

export interface ApiChange {
	readonly Kind?: number;
	readonly Path?: string;
}

const changeKinds: readonly LayerChange['kind'][] = ['modified', 'added', 'deleted'];

/** A change of `GET /containers/ID/changes`. */
export function toLayerChange({ Kind = 0, Path = '' }: ApiChange): LayerChange {
	return { kind: changeKinds[Kind] ?? 'modified', path: Path };
}

export function toVolumeDetails(api: ApiVolume): VolumeDetails {
	return {
		name: api.Name,
		driver: api.Driver ?? '',
		mountpoint: api.Mountpoint ?? '',
		options: api.Options ?? {},
		labels: api.Labels ?? {},
		scope: api.Scope ?? '',
		createdAt: api.CreatedAt ?? '',
	};
}

export function toImageDetails(api: ApiImage): ImageDetails {
	return { id: api.Id, tags: api.RepoTags ?? [], digests: api.RepoDigests ?? [] };
}

/** A line of the event stream. `exec_start: sh` and the like keep only their first word. */
export function toEngineEvent(api: ApiEvent): EngineEvent {
	const attributes = api.Actor?.Attributes ?? {};
	return {
		action: (api.Action ?? api.status ?? '').split(':')[0] ?? '',
		id: api.Actor?.ID ?? api.id ?? '',
		name: attributes.name ?? '',
		image: attributes.image ?? '',
		project: attributes[composeLabels.project] ?? '',
		service: attributes[composeLabels.service] ?? '',
		at: api.timeNano === undefined ? (api.time ?? 0) * 1000 : api.timeNano / 1e6,
	};
}
