import { join } from 'node:path';

type Fields = Readonly<Record<string, unknown>>;

/** A port of the host for a port of the copy. */
export interface Publication {
	/** Only this service; else the first that has the port. */
	readonly service?: string;
	/** Address of the host; else all. */
	readonly address?: string;
	readonly host: number;
	readonly port: number;
}

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
function movedPath(path: string, request: CopyRequest): string | undefined {
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
	const dropped = ['container_name', 'ports', 'labels', 'mac_address', 'external_links', 'profiles'];
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
	return { ...without(build, ['tags']), ...(context === undefined ? {} : { context }) };
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
	if (typeof object.file !== 'string') {
		if (object.external === true) note(`${kind} ${name} is external: it is not in the copy`);
		return without(object, ['name', 'external']);
	}
	return { ...without(object, ['name']), file: movedPath(object.file, request) ?? object.file };
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
	const copy: Fields = {
		...without(config, ['version', 'services', 'networks', 'volumes', 'configs', 'secrets', 'name']),
		name: request.project,
		services: mapValues(config.services, (fields, name) => copyService(name, fields, request, left, note)),
		networks: mapValues(config.networks, (network, name) => copyNetwork(name, network, note)),
		volumes: mapValues(config.volumes, (volume, name) => copyVolume(name, volume, note)),
		configs: mapValues(config.configs, (object, name) => copyFile('config', name, object, request, note)),
		secrets: mapValues(config.secrets, (object, name) => copyFile('secret', name, object, request, note)),
	};
	const filled = Object.entries(copy).filter(
		([, value]) => !isFields(value) || Object.keys(value).length > 0,
	);
	return { config: Object.fromEntries(filled), volumes, notes, unused: left };
}

/** The inverse of `parsePublication`. */
export function publicationText({ service, address, host, port }: Publication): string {
	const bracketed = address?.includes(':') === true ? `[${address}]` : address;
	return `${service === undefined ? '' : `${service}=`}${bracketed === undefined ? '' : `${bracketed}:`}${host}:${port}`;
}

/**
 * Reads `[SERVICE=][ADDRESS:]HOST:PORT`.
 *
 * @returns undefined when it is not of that form
 */
export function parsePublication(text: string): Publication | undefined {
	const found = /^(?:([A-Za-z0-9._-]+)=)?(?:(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):)?(\d+):(\d+)$/i.exec(text);
	if (found === null) return undefined;
	const [, service, address, host, port] = found;
	const numbers = [Number(host), Number(port)];
	if (numbers.some((number) => number < 1 || number > 65535)) return undefined;
	return {
		...(service === undefined ? {} : { service }),
		...(address === undefined ? {} : { address: address.replace(/[[\]]/g, '') }),
		host: numbers[0] as number,
		port: numbers[1] as number,
	};
}
