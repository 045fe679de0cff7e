import { join, normalize } from 'node:path';
import { ownContainers, untie } from './copy-ties.ts';
import type { Publication } from './publication.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface CopyRequest {
	/** Name of the new project. */
	readonly project: string;
	/** Directory of the stack in the snapshot, and of the copy. */
	readonly from: string;
	readonly to: string;
	/** Where other restored paths lie in the copy, by their path in the snapshot. */
	readonly moved: ReadonlyMap<string, string>;
	/** Image by service for what would have to be built. */
	readonly built: ReadonlyMap<string, string>;
	readonly publish: readonly Publication[];
}

export interface ComposeCopy {
	readonly config: Fields;
	/** Key in the compose file by the volume's name in the snapshot. */
	readonly volumes: ReadonlyMap<string, string>;
	/** What is different from the stack it is a copy of. */
	readonly notes: readonly string[];
	/** Publications that no service has a port for. */
	readonly unused: readonly Publication[];
	/** Secrets and configs whose content is a variable of the env file. */
	readonly variables: readonly { readonly what: string; readonly variable: string }[];
}

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without(fields: Fields, names: readonly string[]): Fields {
	return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function mapValues(value: unknown, change: (one: Fields, name: string) => Fields): Fields {
	if (!isFields(value)) return {};
	return Object.fromEntries(
		Object.entries(value).map(([name, one]) => [name, change(isFields(one) ? one : {}, name)]),
	);
}

/** Where a path of the stack lies in the copy; undefined when it is not in the copy. */
function movedPath(written: string, request: CopyRequest): string | undefined {
	// Without steps that lead up: what begins like the stack's directory may end elsewhere.
	const path = normalize(written);
	if (path === request.from || path.startsWith(`${request.from}/`))
		return join(request.to, path.slice(request.from.length));
	for (const [from, to] of request.moved)
		if (path === from || path.startsWith(`${from}/`)) return join(to, path.slice(from.length));
	return undefined;
}

type Note = (text: string) => void;

function copyMount(mount: Fields, service: string, request: CopyRequest, note: Note): Fields {
	if (mount.type !== 'bind' || typeof mount.source !== 'string') return mount;
	const source = movedPath(mount.source, request);
	if (source !== undefined) return { ...mount, source };
	if (mount.read_only !== true) note(`${service}: ${mount.source} is the live one, mounted read-only`);
	return { ...mount, read_only: true };
}

interface Port {
	readonly target?: unknown;
}

/** Publications for the ports this service had; each publication is used once. */
function portsOf(service: string, fields: Fields, left: Publication[]): readonly Fields[] {
	const targets = new Set(((fields.ports ?? []) as readonly Port[]).map((port) => Number(port.target)));
	for (const exposed of (fields.expose ?? []) as readonly unknown[])
		targets.add(Number.parseInt(String(exposed), 10));
	const mine = left.filter((one) =>
		one.service === undefined ? targets.has(one.port) : one.service === service,
	);
	for (const one of mine) left.splice(left.indexOf(one), 1);
	return mine.map(({ address, host, port }) => ({
		mode: 'ingress',
		target: port,
		published: String(host),
		protocol: 'tcp',
		...(address === undefined ? {} : { host_ip: address }),
	}));
}

function copyNetworks(networks: unknown): Fields | undefined {
	if (!isFields(networks)) return undefined;
	const addresses = ['ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'];
	return Object.fromEntries(
		Object.entries(networks).map(([name, one]) => [name, isFields(one) ? without(one, addresses) : one]),
	);
}

function copyService(
	name: string,
	fields: Fields,
	request: CopyRequest,
	left: Publication[],
	note: Note,
): Fields {
	const dropped = ['container_name', 'ports', 'labels', 'mac_address', 'profiles'];
	const had = (fields.ports ?? []) as readonly { readonly published?: unknown }[];
	const ports = portsOf(name, fields, left);
	const closed = had.map((port) => port.published).filter((port) => port !== undefined);
	if (closed.length > 0 && ports.length === 0) note(`${name}: not published: ${closed.join(', ')}`);
	if (isFields(fields.labels)) note(`${name}: without its labels, on which proxies and others act`);
	const joined = typeof fields.network_mode === 'string' && !fields.network_mode.startsWith('service:');
	if (joined) {
		dropped.push('network_mode');
		note(`${name}: in a network of its own instead of ${fields.network_mode}`);
	}
	const image = request.built.get(name);
	if (fields.build !== undefined) dropped.push(image === undefined ? 'image' : 'build');
	const networks = copyNetworks(fields.networks);
	const build =
		fields.build !== undefined && image === undefined && isFields(fields.build)
			? { build: copyBuild(fields.build, request) }
			: {};
	return {
		...without(fields, dropped),
		...build,
		...(image === undefined ? {} : { image }),
		...(networks === undefined || joined ? {} : { networks }),
		...(ports.length === 0 ? {} : { ports }),
		...(Array.isArray(fields.volumes)
			? { volumes: fields.volumes.map((mount) => copyMount(mount as Fields, name, request, note)) }
			: {}),
	};
}

function copyBuild(build: Fields, request: CopyRequest): Fields {
	const context = typeof build.context === 'string' ? movedPath(build.context, request) : undefined;
	// Another image's name would become this one's, and the cache of others be written.
	const live = ['tags', 'cache_to', ...(String(build.network).startsWith('container:') ? ['network'] : [])];
	return { ...without(build, live), ...(context === undefined ? {} : { context }) };
}

function copyNetwork(name: string, network: Fields, note: Note): Fields {
	if (network.external === true) note(`network ${name}: one of its own instead of the shared one`);
	const driver = network.driver;
	if (driver !== undefined && driver !== 'bridge') note(`network ${name}: a bridge instead of ${driver}`);
	return network.internal === true ? { internal: true } : {};
}

function copyVolume(name: string, volume: Fields, note: Note): Fields {
	if (isFields(volume.driver_opts) || (volume.driver !== undefined && volume.driver !== 'local'))
		note(`volume ${name}: a plain local one instead of driver ${volume.driver ?? 'local'} with its options`);
	return {};
}

function copyFile(kind: string, name: string, object: Fields, request: CopyRequest, note: Note): Fields {
	const copied = without(object, ['name']);
	if (typeof object.file !== 'string') return copied;
	const file = movedPath(object.file, request);
	if (file === undefined) note(`${kind} ${name}: ${object.file} is the live one`);
	return { ...copied, file: file ?? object.file };
}

/** Those whose content is the value of a variable: the resolved configuration has its name only. */
function variablesOf(kind: string, objects: Fields) {
	return Object.entries(objects).flatMap(([name, object]) => {
		const variable = isFields(object) ? object.environment : undefined;
		return typeof variable === 'string' ? [{ what: `${kind} ${name}`, variable }] : [];
	});
}

/** Secrets or configs that Compose does not make: what uses them comes without them. */
function withoutExternal(kind: string, objects: unknown, note: Note): Fields {
	const all = Object.entries(mapValues(objects, (one) => one));
	for (const [name, { external }] of all as [string, Fields][])
		if (external === true) note(`${kind} ${name} is external: it is not in the copy`);
	return Object.fromEntries(all.filter(([, one]) => (one as Fields).external !== true));
}

function usesOnly(uses: unknown, there: Fields): unknown {
	if (!Array.isArray(uses)) return uses;
	return uses.filter((use) => !isFields(use) || Object.hasOwn(there, String(use.source)));
}

/**
 * A second stack out of a resolved compose configuration: another project name, volumes and networks of its own, no
 * published ports but those asked for, no fixed names or addresses, nothing by which the live stack's neighbours take it
 * for the live one.
 *
 * @param resolved as `docker compose config --format json` tells it: `$` is already written `$$`
 */
export function copyCompose(resolved: unknown, request: CopyRequest): ComposeCopy {
	const config = isFields(resolved) ? resolved : {};
	const notes: string[] = [];
	const note: Note = (text) => void notes.push(text);
	const left = [...request.publish];
	const volumes = new Map<string, string>();
	for (const [key, volume] of Object.entries(isFields(config.volumes) ? config.volumes : {})) {
		const name = isFields(volume) && typeof volume.name === 'string' ? volume.name : key;
		volumes.set(name, key);
	}
	const services = mapValues(config.services, (fields) => fields) as Readonly<Record<string, Fields>>;
	const own = ownContainers(services, typeof config.name === 'string' ? config.name : '');
	const secrets = withoutExternal('secret', config.secrets, note);
	const configs = withoutExternal('config', config.configs, note);
	const service = (fields: Fields, name: string) =>
		copyService(
			name,
			{
				...untie(name, fields, own, note),
				...(fields.secrets === undefined ? {} : { secrets: usesOnly(fields.secrets, secrets) }),
				...(fields.configs === undefined ? {} : { configs: usesOnly(fields.configs, configs) }),
			},
			request,
			left,
			note,
		);
	const copy: Fields = {
		...without(config, ['version', 'services', 'networks', 'volumes', 'configs', 'secrets', 'name']),
		name: request.project,
		services: mapValues(services, service),
		networks: mapValues(config.networks, (network, name) => copyNetwork(name, network, note)),
		volumes: mapValues(config.volumes, (volume, name) => copyVolume(name, volume, note)),
		configs: mapValues(configs, (object, name) => copyFile('config', name, object, request, note)),
		secrets: mapValues(secrets, (object, name) => copyFile('secret', name, object, request, note)),
	};
	const variables = [...variablesOf('secret', secrets), ...variablesOf('config', configs)];
	const filled = Object.entries(copy).filter(
		([, value]) => !isFields(value) || Object.keys(value).length > 0,
	);
	return { config: Object.fromEntries(filled), volumes, notes, unused: left, variables };
}
