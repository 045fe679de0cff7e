import type { ContainerLimits } from './engine.ts';

/** What `docker update` sets, beside the restart policy (Engine API, ContainerUpdate). */
export interface ApiLimits {
	readonly Memory?: number;
	readonly MemorySwap?: number;
	readonly MemoryReservation?: number;
	readonly NanoCpus?: number;
	readonly CpuShares?: number;
	readonly CpuPeriod?: number;
	readonly CpuQuota?: number;
	readonly CpuRealtimePeriod?: number;
	readonly CpuRealtimeRuntime?: number;
	readonly CpusetCpus?: string;
	readonly CpusetMems?: string;
	readonly PidsLimit?: number | null;
	readonly BlkioWeight?: number;
}

const limitNames = [
	...['Memory', 'MemorySwap', 'MemoryReservation', 'NanoCpus', 'CpuShares', 'CpuPeriod', 'CpuQuota'],
	...['CpuRealtimePeriod', 'CpuRealtimeRuntime', 'CpusetCpus', 'CpusetMems', 'PidsLimit', 'BlkioWeight'],
] as const satisfies readonly (keyof ApiLimits)[];

export function toLimits(host: ApiLimits): ContainerLimits {
	const entries = limitNames.map((name) => [name, host[name]] as const);
	return Object.fromEntries(
		entries.filter((entry): entry is [keyof ApiLimits, number | string] => Boolean(entry[1])),
	);
}
