import type { Readable } from 'node:stream';
import { composeLabels } from './container-labels.ts';
import { type CallOptions, defaultCallMs, type Engine, type HelperSpec, type NetworkSpec } from './engine.ts';
import {
	type ApiChange,
	type ApiContainer,
	type ApiImage,
	type ApiListedContainer,
	toContainerDetails,
	toImageDetails,
	toLayerChange,
	toStackContainer,
	toVolumeDetails,
} from './engine-json.ts';
import { endpointOf, toNetworkDetails } from './engine-network-json.ts';
import { openSocketEvents } from './socket-events.ts';
import {
	callSocket,
	openRequest,
	query,
	readAnswer,
	readBody,
	refusal,
	type SocketRequest,
} from './socket-request.ts';

/** @see https://docs.docker.com/reference/api/engine/ The API over the unix socket. */
export function createSocketEngine(socketPath: string): Engine {
	const call = (request: Omit<SocketRequest, 'timeoutMs' | 'signal'>, options: CallOptions = {}) =>
		callSocket(socketPath, {
			...request,
			timeoutMs: options.timeoutMs ?? defaultCallMs,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});

	async function get<T, R>(path: string, read: (api: T) => R, options?: CallOptions): Promise<R> {
		const response = await call({ path }, options);
		if (response.status !== 200) throw refusal(response);
		return readAnswer(path, response.body, read);
	}

	async function find<T, R>(
		path: string,
		read: (api: T) => R,
		options?: CallOptions,
	): Promise<R | undefined> {
		const response = await call({ path }, options);
		if (response.status === 404) return undefined;
		if (response.status !== 200) throw refusal(response);
		return readAnswer(path, response.body, read);
	}

	/** @param done statuses that mean "is so already" */
	async function act(
		method: 'POST' | 'DELETE',
		path: string,
		done: readonly number[],
		options?: CallOptions,
	): Promise<void> {
		const response = await call({ method, path }, options);
		if (response.status >= 300 && !done.includes(response.status)) throw refusal(response);
	}

	const container = (id: string) => `/containers/${encodeURIComponent(id)}`;

	return {
		kind: 'socket',
		local: true,
		endpoint: socketPath,
		async info(options) {
			const [version, info] = await Promise.all([
				get('/version', readVersion, options),
				get('/info', readInfo, options),
			]);
			return { ...version, ...info };
		},
		async listContainers(filter = {}) {
			const label =
				filter.project === undefined ? composeLabels.project : `${composeLabels.project}=${filter.project}`;
			const filters = filter.everything ? {} : { filters: JSON.stringify({ label: [label] }) };
			const path = `/containers/json?${query({ all: '1', ...filters })}`;
			return await get(path, (list: ApiListedContainer[]) => list.map(toStackContainer), filter);
		},
		async inspectContainers(ids, options) {
			const look = (id: string) => find(`${container(id)}/json`, toContainerDetails, options);
			return (await Promise.all(ids.map(look))).filter((found) => found !== undefined);
		},
		changes: async (id, options) =>
			(await find(
				`${container(id)}/changes`,
				(list: ApiChange[] | null) => (list ?? []).map(toLayerChange),
				options,
			)) ?? [],
		inspectVolume: (name, options) => find(`/volumes/${encodeURIComponent(name)}`, toVolumeDetails, options),
		inspectImage: (reference, options) =>
			find(`/images/${encodeURIComponent(reference)}/json`, toImageDetails, options),
		listImages: (options) => get('/images/json', (list: ApiImage[]) => list.map(toImageDetails), options),
		networkExists: async (name, options) =>
			(await find(`/networks/${encodeURIComponent(name)}`, () => true, options)) ?? false,
		async createVolume({ name, driver, options: driverOptions, labels }, options) {
			const body = { Name: name, Driver: driver, DriverOpts: driverOptions, Labels: labels };
			const response = await call({ method: 'POST', path: '/volumes/create', body }, options);
			if (response.status !== 201) throw refusal(response);
		},
		inspectNetwork: (name, options) =>
			find(`/networks/${encodeURIComponent(name)}`, toNetworkDetails, options),
		async createNetwork(name, spec, options) {
			const body = { Name: name, CheckDuplicate: true, ...(spec === undefined ? {} : networkBody(spec)) };
			const response = await call({ method: 'POST', path: '/networks/create', body }, options);
			if (response.status !== 201) throw refusal(response);
		},
		async reconnectNetwork(id, name, options) {
			const api = await get(`${container(id)}/json`, (one: ApiContainer) => one, options);
			const network = `/networks/${encodeURIComponent(name)}`;
			const steps = [
				[`${network}/disconnect`, { Container: id, Force: true }],
				[`${network}/connect`, { Container: id, EndpointConfig: endpointOf(api, name) }],
			] as const;
			for (const [path, body] of steps) {
				const response = await call({ method: 'POST', path, body }, options);
				if (response.status >= 300) throw refusal(response);
			}
		},
		removeNetwork: (name, options) => act('DELETE', `/networks/${encodeURIComponent(name)}`, [404], options),
		startContainer: (id, options) => act('POST', `${container(id)}/start`, [304], options),
		stopContainer: (id, graceSeconds, options) =>
			act('POST', `${container(id)}/stop?${query({ t: String(graceSeconds) })}`, [304, 404], {
				timeoutMs: graceSeconds * 1000 + defaultCallMs,
				...options,
			}),
		killContainer: (id, options) => act('POST', `${container(id)}/kill`, [409], options),
		pauseContainer: (id, options) => act('POST', `${container(id)}/pause`, [], options),
		unpauseContainer: (id, options) => act('POST', `${container(id)}/unpause`, [], options),
		removeContainer: (id, options) => act('DELETE', `${container(id)}?force=1`, [404, 409], options),
		async createHelper(spec, options) {
			const response = await call(
				{ method: 'POST', path: `/containers/create?${query({ name: spec.name })}`, body: helperBody(spec) },
				options,
			);
			if (response.status !== 201) throw refusal(response);
			return readAnswer('/containers/create', response.body, ({ Id }: { Id: string }) => Id);
		},
		async archive(id, path, options = {}): Promise<Readable> {
			const response = await openRequest(
				socketPath,
				{ path: `${container(id)}/archive?${query({ path })}`, timeoutMs: defaultCallMs, ...options },
				true,
			);
			if (response.incoming.statusCode !== 200) {
				throw refusal({ status: response.incoming.statusCode ?? 0, body: await readBody(response) });
			}
			response.incoming.once('close', response.close);
			return response.incoming;
		},
		events: (handlers, options) => openSocketEvents(socketPath, handlers, options),
	};
}

function networkBody(spec: NetworkSpec): object {
	return {
		Driver: spec.driver,
		Internal: spec.internal,
		Attachable: spec.attachable,
		EnableIPv6: spec.ipv6,
		IPAM: {
			Config: spec.pools.map(({ subnet, range, gateway }) => ({
				Subnet: subnet,
				...(range === undefined ? {} : { IPRange: range }),
				...(gateway === undefined ? {} : { Gateway: gateway }),
			})),
		},
		Options: spec.options,
		Labels: spec.labels,
	};
}

interface ApiVersion {
	readonly Version?: string;
	readonly ApiVersion?: string;
	readonly Components?: readonly { readonly Name?: string }[] | null;
}

const readVersion = ({ Version = '', ApiVersion = '', Components }: ApiVersion) => ({
	version: Version,
	apiVersion: ApiVersion,
	podman: (Components ?? []).some(({ Name }) => Name?.includes('Podman')),
});

interface ApiInfo {
	readonly DockerRootDir?: string;
	readonly SecurityOptions?: readonly string[] | null;
}

const readInfo = ({ DockerRootDir = '', SecurityOptions }: ApiInfo) => ({
	rootDir: DockerRootDir,
	rootless: (SecurityOptions ?? []).some((option) => option.includes('rootless')),
});

function helperBody(spec: HelperSpec): unknown {
	return {
		Image: spec.image,
		Entrypoint: spec.command,
		Cmd: [],
		User: '0:0',
		Labels: spec.labels,
		NetworkDisabled: true,
		Healthcheck: { Test: ['NONE'] },
		StopSignal: 'SIGKILL',
		HostConfig: {
			NetworkMode: 'none',
			ReadonlyRootfs: spec.writable !== true,
			Mounts: spec.volumes.map(({ name, destination }) => ({
				Type: 'volume',
				Source: name,
				Target: destination,
				ReadOnly: spec.writable !== true,
				VolumeOptions: { NoCopy: true },
			})),
		},
	};
}
