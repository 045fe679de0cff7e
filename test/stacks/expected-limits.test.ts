import { expect, test } from 'vitest';
import type { ComposeService } from '../../source/stacks/compose-config.ts';
import type { ContainerLimits } from '../../source/stacks/engine.ts';
import { changedLimits } from '../../source/stacks/expected-limits.ts';

const changed = (
	limits: ContainerLimits,
	service: ComposeService,
	restartPolicy = 'no',
	restartRetries = 0,
) => changedLimits({ limits, restartPolicy, restartRetries }, service);

const mib = 1024 * 1024;

test('T3: limits as the file has them', () => {
	expect(changed({}, {})).toEqual([]);
	expect(changed({ Memory: 64 * mib, MemorySwap: 128 * mib }, { mem_limit: `${64 * mib}` })).toEqual([]);
	const deploy = { resources: { limits: { cpus: 0.1, memory: `${mib}`, pids: 9 } } };
	const given = { Memory: mib, MemorySwap: 2 * mib, NanoCpus: 100_000_001, PidsLimit: 9 };
	expect(changed(given, { deploy, mem_limit: '5', cpus: 3, pids_limit: 2 })).toEqual([]);
	expect(changed({ PidsLimit: -1 }, { pids_limit: -1 })).toEqual([]);
});

test('T3: what the engine could not do is no change', () => {
	expect(changed({}, { mem_limit: `${mib}`, cpus: 1, blkio_config: { weight: 300 }, cpuset: '0' })).toEqual(
		[],
	);
});

test('T3: each limit that is otherwise is named', () => {
	expect(changed({ Memory: 2 * mib, MemorySwap: 4 * mib }, {})).toEqual(['memory']);
	expect(changed({ Memory: mib, MemorySwap: -1 }, { mem_limit: `${mib}` })).toEqual(['memory and swap']);
	expect(changed({ NanoCpus: 5e8, CpuShares: 7, CpusetCpus: '1' }, { cpuset: '0' })).toEqual([
		'processors',
		'processor shares',
		'set of processors',
	]);
	expect(changed({}, { pids_limit: 5 })).toEqual(['number of processes']);
	expect(changed({ CpuQuota: -1, CpuRealtimeRuntime: 5 }, {})).toEqual([
		'processor quota',
		'real-time runtime',
	]);
});

test('T3: the restart policy, in all its spellings', () => {
	const restart = (service: ComposeService, policy: string, retries = 0) =>
		changed({}, service, policy, retries);
	expect(restart({ restart: 'no' }, 'no')).toEqual([]);
	expect(restart({ restart: 'on-failure:3' }, 'on-failure', 3)).toEqual([]);
	expect(restart({ deploy: { restart_policy: { condition: 'any' } }, restart: 'no' }, 'always')).toEqual([]);
	expect(restart({ deploy: { restart_policy: { condition: 'none' } } }, 'no')).toEqual([]);
	expect(restart({ restart: 'on-failure:3' }, 'on-failure', 4)).toEqual(['restart policy']);
	expect(restart({}, 'always')).toEqual(['restart policy']);
	expect(restart({ restart: 'always' }, 'unless-stopped')).toEqual(['restart policy']);
});
