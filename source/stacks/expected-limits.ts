import type { ComposeService } from './compose-config.ts';
import type { ContainerDetails, ContainerLimits } from './engine.ts';

const number = (value: number | string | undefined) => Number(value ?? 0);

/**
 * The limits Compose gives a container of this service, by the engine's names. `deploy` outranks the older keys.
 *
 * @see https://github.com/docker/compose/blob/main/pkg/compose/create.go getDeployResources
 */
function limitsOf(service: ComposeService): ContainerLimits {
	const { limits, reservations } = service.deploy?.resources ?? {};
	return {
		Memory: number(limits?.memory) || number(service.mem_limit),
		MemorySwap: number(service.memswap_limit),
		MemoryReservation: number(reservations?.memory) || number(service.mem_reservation),
		NanoCpus: Math.round((number(limits?.cpus) || number(service.cpus)) * 1e9),
		CpuShares: number(service.cpu_shares),
		CpuPeriod: number(service.cpu_period),
		CpuQuota: number(service.cpu_quota),
		CpuRealtimePeriod: number(service.cpu_rt_period),
		CpuRealtimeRuntime: number(service.cpu_rt_runtime),
		CpusetCpus: service.cpuset ?? '',
		CpusetMems: '',
		PidsLimit: Math.max(0, number(limits?.pids) || number(service.pids_limit)),
		BlkioWeight: number(service.blkio_config?.weight),
	};
}

function isAsExpected(name: string, actual: ContainerLimits, expected: ContainerLimits): boolean {
	const is = actual[name];
	const wanted = expected[name];
	// The engine drops what its kernel cannot do, and `docker update` cannot take such a limit away. It can take away this one.
	if (is === undefined) return name !== 'PidsLimit' || wanted === 0;
	if (is === wanted) return true;
	if (typeof is !== 'number' || typeof wanted !== 'number') return false;
	// Compose's number of processors has seven digits.
	if (name === 'NanoCpus') return Math.abs(is - wanted) <= 1000;
	if (name === 'PidsLimit') return Math.max(0, is) === wanted;
	// Where the file does not say it, the engine makes it twice the memory.
	return name === 'MemorySwap' && wanted === 0 && is === 2 * number(actual.Memory);
}

const policies: Readonly<Record<string, string>> = { '': 'no', none: 'no', any: 'always' };

function restartOf(service: ComposeService): { readonly policy: string; readonly retries: number } {
	const { restart_policy: policy } = service.deploy ?? {};
	const [name = '', attempts] = String(service.restart ?? '').split(':');
	const condition = policy === undefined ? name : (policy.condition ?? '');
	return {
		policy: policies[condition] ?? condition,
		retries: policy === undefined ? number(attempts) : (policy.max_attempts ?? 0),
	};
}

const words: Readonly<Record<string, string>> = {
	Memory: 'memory',
	MemorySwap: 'memory and swap',
	MemoryReservation: 'reserved memory',
	NanoCpus: 'processors',
	CpuShares: 'processor shares',
	CpuPeriod: 'processor period',
	CpuQuota: 'processor quota',
	CpuRealtimePeriod: 'real-time period',
	CpuRealtimeRuntime: 'real-time runtime',
	CpusetCpus: 'set of processors',
	CpusetMems: 'set of memory nodes',
	PidsLimit: 'number of processes',
	BlkioWeight: 'block I/O weight',
};

/** What `docker update` can change and a container has otherwise than Compose would make it, in words. Pure. */
export function changedLimits(
	container: Pick<ContainerDetails, 'limits' | 'restartPolicy' | 'restartRetries'>,
	service: ComposeService,
): readonly string[] {
	const expected = limitsOf(service);
	const changed = Object.keys(expected)
		.filter((name) => !isAsExpected(name, container.limits, expected))
		.map((name) => words[name] ?? name);
	const { policy, retries } = restartOf(service);
	const same =
		container.restartPolicy === policy && (policy !== 'on-failure' || container.restartRetries === retries);
	return same ? changed : [...changed, 'restart policy'];
}
