import type { Labels } from './container-labels.ts';
import type { Endpoint, NetworkDetails } from './engine.ts';

/** How a container is connected to a network. */
export interface ApiEndpoint {
	readonly NetworkID?: string;
	readonly Aliases?: readonly string[] | null;
	readonly Links?: readonly string[] | null;
	readonly IPAMConfig?: { readonly IPv4Address?: string; readonly IPv6Address?: string } | null;
	readonly DriverOpts?: Readonly<Record<string, string>> | null;
}

export interface ApiNetworks {
	readonly Networks?: Readonly<Record<string, ApiEndpoint | null>> | null;
}

export interface ApiNetwork {
	readonly Name: string;
	readonly Id: string;
	readonly Driver?: string;
	readonly Internal?: boolean;
	readonly Attachable?: boolean;
	readonly EnableIPv6?: boolean;
	readonly IPAM?: {
		readonly Config?:
			| readonly { readonly Subnet?: string; readonly IPRange?: string; readonly Gateway?: string }[]
			| null;
	} | null;
	readonly Options?: Readonly<Record<string, string>> | null;
	readonly Labels?: Labels | null;
}

/** How a container was connected; the alias the engine gives every container itself is left out. */
export function endpointOf(
	api: { readonly Id: string; readonly NetworkSettings?: ApiNetworks | null },
	network: string,
): Omit<ApiEndpoint, 'NetworkID'> {
	const { Aliases, Links, IPAMConfig, DriverOpts } = api.NetworkSettings?.Networks?.[network] ?? {};
	const own = api.Id.slice(0, 12);
	return {
		Aliases: (Aliases ?? []).filter((alias) => alias !== own),
		...(Links == null ? {} : { Links }),
		...(IPAMConfig == null ? {} : { IPAMConfig }),
		...(DriverOpts == null ? {} : { DriverOpts }),
	};
}

export function toNetworkDetails(api: ApiNetwork): NetworkDetails {
	return {
		name: api.Name,
		id: api.Id,
		driver: api.Driver ?? 'bridge',
		internal: api.Internal ?? false,
		attachable: api.Attachable ?? false,
		ipv6: api.EnableIPv6 ?? false,
		subnets: (api.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
		pools: (api.IPAM?.Config ?? []).flatMap(({ Subnet, IPRange, Gateway }) =>
			Subnet === undefined
				? []
				: [{ subnet: Subnet, range: IPRange || undefined, gateway: Gateway || undefined }],
		),
		options: api.Options ?? {},
		labels: api.Labels ?? {},
	};
}

export function networkNames(settings: ApiNetworks | null | undefined): readonly string[] {
	return Object.keys(settings?.Networks ?? {});
}

export function toEndpoints(settings: ApiNetworks | null | undefined): readonly Endpoint[] {
	return Object.entries(settings?.Networks ?? {}).map(([network, endpoint]) => ({
		network,
		aliases: endpoint?.Aliases ?? [],
		links: endpoint?.Links ?? [],
		ipv4: endpoint?.IPAMConfig?.IPv4Address ?? '',
		ipv6: endpoint?.IPAMConfig?.IPv6Address ?? '',
	}));
}
