import type { Readable } from 'node:stream';
import { composeLabels } from './container-labels.ts';
import { type CallOptions, defaultCallMs, type Engine, type HelperSpec } from './engine.ts';
import {
	type ApiContainer,
	type ApiImage,
	type ApiListedContainer,
	type ApiVolume,
	toContainerDetails,
	toImageDetails,
	toStackContainer,
	toVolumeDetails,
} from './engine-json.ts';
import { openSocketEvents } from './socket-events.ts';
import { callSocket, openRequest, query, readBody, refusal, type SocketRequest } from './socket-request.ts';

/** @see https://docs.docker.com/reference/api/engine/ The API over the unix socket. */
export function createSocketEngine(socketPath: string): Engine {
	const call = (request: Omit<SocketRequest, 'timeoutMs' | 'signal'>, options: CallOptions = {}) =>
		callSocket(socketPath, {
			...request,
			timeoutMs: options.timeoutMs ?? defaultCallMs,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});

	async function get<T>(path: string, options?: CallOptions): Promise<T> {
		const response = await call({ path }, options);
		if (response.status !== 200) throw refusal(response);
		return JSON.parse(response.body) as T;
	}

	async function find<T>(path: string, options?: CallOptions): Promise<T | undefined> {
		const response = await call({ path }, options);
		if (response.status === 404) return undefined;
		if (response.status !== 200) throw refusal(response);
		return JSON.parse(response.body) as T;
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
				get<{ Version?: string; ApiVersion?: string; Components?: { Name?: string }[] | null }>(
					'/version',
					options,
				),
				get<{ DockerRootDir?: string; SecurityOptions?: string[] | null }>('/info', options),
			]);
			return {
				version: version.Version ?? '',
				apiVersion: version.ApiVersion ?? '',
				rootDir: info.DockerRootDir ?? '',
				rootless: (info.SecurityOptions ?? []).some((option) => option.includes('rootless')),
				podman: (version.Components ?? []).some((component) => component.Name?.includes('Podman')),
			};
		},
		async listContainers(filter = {}) {
			const label =
				filter.project === undefined ? composeLabels.project : `${composeLabels.project}=${filter.project}`;
			const filters = filter.everything ? {} : { filters: JSON.stringify({ label: [label] }) };
			const list = await get<ApiListedContainer[]>(
				`/containers/json?${query({ all: '1', ...filters })}`,
				filter,
			);
			return list.map(toStackContainer);
		},
		async inspectContainers(ids, options) {
			const found = await Promise.all(ids.map((id) => find<ApiContainer>(`${container(id)}/json`, options)));
			return found.filter((api) => api !== undefined).map(toContainerDetails);
		},
		async inspectVolume(name, options) {
			const api = await find<ApiVolume>(`/volumes/${encodeURIComponent(name)}`, options);
			return api === undefined ? undefined : toVolumeDetails(api);
		},
		async inspectImage(reference, options) {
			const api = await find<ApiImage>(`/images/${encodeURIComponent(reference)}/json`, options);
			return api === undefined ? undefined : toImageDetails(api);
		},
		listImages: async (options) => (await get<ApiImage[]>('/images/json', options)).map(toImageDetails),
		networkExists: async (name, options) =>
			(await find<unknown>(`/networks/${encodeURIComponent(name)}`, options)) !== undefined,
		async createVolume({ name, driver, options: driverOptions, labels }, options) {
			const body = { Name: name, Driver: driver, DriverOpts: driverOptions, Labels: labels };
			const response = await call({ method: 'POST', path: '/volumes/create', body }, options);
			if (response.status !== 201) throw refusal(response);
		},
		async createNetwork(name, options) {
			const body = { Name: name, CheckDuplicate: true };
			const response = await call({ method: 'POST', path: '/networks/create', body }, options);
			if (response.status !== 201) throw refusal(response);
		},
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
			return (JSON.parse(response.body) as { Id: string }).Id;
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
			Mounts: [
				{
					Type: 'volume',
					Source: spec.volume,
					Target: spec.destination,
					ReadOnly: spec.writable !== true,
					VolumeOptions: { NoCopy: true },
				},
			],
		},
	};
}
