import type { ComposeConfig, ComposeNetwork, ComposeService } from './compose-config.ts';
import type { ContainerDetails, Endpoint, NetworkDetails } from './engine.ts';
import { changedLimits } from './expected-limits.ts';
import type { Obstacle } from './obstacle.ts';

const loss = (message: string): Obstacle => ({ kind: 'loss', message });

/** The networks Compose attaches a service to: full name -> key in the file. */
function networksOf(service: ComposeService, config: ComposeConfig): ReadonlyMap<string, string> {
	const { network_mode: mode } = service;
	if (mode === undefined) {
		const keys = Object.keys(service.networks ?? {});
		return new Map(keys.map((key) => [config.networks?.[key]?.name ?? key, key]));
	}
	if (/^(service|container):/.test(mode)) return new Map();
	return new Map([[mode === 'default' ? 'bridge' : mode, '']]);
}

function changedEndpoint(
	container: ContainerDetails,
	endpoint: Endpoint,
	service: ComposeService,
	key: string,
): readonly string[] {
	const { aliases, ipv4_address: ipv4 = '', ipv6_address: ipv6 = '' } = service.networks?.[key] ?? {};
	const given = key === '' ? [] : [container.service, ...(aliases ?? [])];
	const usual = [...given, container.name, container.id.slice(0, 12)];
	const others = endpoint.aliases.filter((alias) => !usual.includes(alias));
	const lacking = given.filter((alias) => !endpoint.aliases.includes(alias));
	const linked = [...(service.links ?? []), ...(service.external_links ?? [])].length > 0;
	const at = `in the network ${endpoint.network}`;
	return [
		...(others.length === 0 ? [] : [`the name ${others.join(', ')} ${at}`]),
		...(endpoint.links.length === 0 || linked ? [] : [`a link ${at}`]),
		...(lacking.length === 0 ? [] : [`no name ${lacking.join(', ')} ${at}`]),
		...(endpoint.ipv4 === ipv4 && endpoint.ipv6 === ipv6 ? [] : [`another fixed address ${at}`]),
	];
}

/** Networks that no file connects a container to. */
export function connectedByHand(
	{ name, endpoints }: ContainerDetails,
	service: ComposeService,
	config: ComposeConfig,
): readonly Obstacle[] {
	const expected = networksOf(service, config);
	const extra = endpoints.filter(({ network }) => !expected.has(network)).map(({ network }) => network);
	return extra.length === 0 ? [] : [loss(`${name} was connected to ${extra.join(', ')} by hand`)];
}

/** What was done by hand to the networks of a container. */
function attachmentLosses(
	container: ContainerDetails,
	service: ComposeService,
	config: ComposeConfig,
): readonly Obstacle[] {
	const { name, endpoints } = container;
	const expected = networksOf(service, config);
	const left = [...expected.keys()].filter((network) => !endpoints.some((one) => one.network === network));
	const changed = endpoints.flatMap((endpoint) => {
		const key = expected.get(endpoint.network);
		return key === undefined ? [] : changedEndpoint(container, endpoint, service, key);
	});
	return [
		...connectedByHand(container, service, config),
		...(left.length === 0 ? [] : [loss(`${name} was disconnected from ${left.join(', ')} by hand`)]),
		...(changed.length === 0 ? [] : [loss(`${name} was given ${changed.join(', ')} by hand`)]),
	];
}

/**
 * What was set on a running container since it was made (`docker update`, `rename`, `network connect`): no file has it, a
 * new container would come without.
 *
 * @param service as the files say it; of a container whose configuration has changed nobody can tell the two apart
 */
export function recreateLosses(
	container: ContainerDetails,
	service: ComposeService,
	config: ComposeConfig,
): readonly Obstacle[] {
	const { name, project, number } = container;
	const usual = service.container_name ?? `${project}-${container.service}-${number}`;
	const limits = changedLimits(container, service);
	return [
		...(name === usual ? [] : [loss(`${name} was renamed, \`up\` would name it ${usual}`)]),
		...(limits.length === 0
			? []
			: [loss(`${name} has other settings than its compose file says: ${limits.join(', ')}`)]),
		...attachmentLosses(container, service, config),
	];
}

/** Replicas are made with numbers from 1 on: one that was removed by hand leaves a gap that `up` would close. */
export function numberLosses(containers: readonly Pick<ContainerDetails, 'service' | 'number' | 'name'>[]) {
	const groups = Map.groupBy(containers, ({ service }) => service);
	return [...groups.values()].flatMap((group) =>
		group
			.filter(({ number }) => number > group.length)
			.map(({ name }) => loss(`${name} would be made anew under another number`)),
	);
}

/** A network of the project that is not as its file says: `up` makes it anew after `down`. */
export function networkDrift(
	name: string,
	file: ComposeNetwork | null | undefined,
	there: NetworkDetails,
): readonly Obstacle[] {
	const options = Object.entries(file?.driver_opts ?? {}).map(([key, value]) => [key, String(value)]);
	const subnets = (file?.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
	const same =
		(file?.driver ?? there.driver) === there.driver &&
		(file?.internal ?? false) === there.internal &&
		(file?.attachable ?? false) === there.attachable &&
		(file?.enable_ipv6 ?? false) === there.ipv6 &&
		JSON.stringify(options.sort()) === JSON.stringify(Object.entries(there.options).sort()) &&
		subnets.every((subnet) => there.subnets.includes(subnet));
	return same
		? []
		: [{ kind: 'drift', message: `the network ${name} was made with other options than the file has` }];
}
