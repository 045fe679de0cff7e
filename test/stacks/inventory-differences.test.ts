import { describe, expect, test } from 'vitest';
import type { ContainerDetails } from '../../source/stacks/engine.ts';
import { inventoryOf } from '../../source/stacks/inventory.ts';
import { inventoryDifferences } from '../../source/stacks/inventory-differences.ts';
import type { StackContainer } from '../../source/stacks/types.ts';
import { container, stackAt } from './containers.ts';

const details = (changes: Partial<StackContainer> = {}): ContainerDetails => ({
	...container(changes),
	startedAt: 1,
	finishedAt: 0,
	restartCount: 0,
	restartPolicy: 'no',
	autoRemove: false,
	networkMode: 'bridge',
	pidMode: '',
	ipcMode: 'private',
	volumesFrom: [],
	links: [],
	tmpfs: [],
	networkIds: {},
	healthMs: undefined,
	error: '',
	restartRetries: 0,
	limits: {},
	endpoints: [],
	readOnlyRoot: false,
	layerDirectory: '',
});
const inventory = (...containers: ContainerDetails[]) => inventoryOf(stackAt('/srv/app'), containers, 0);
const kinds = (before: ContainerDetails[], now: StackContainer[]) =>
	inventoryDifferences(inventory(...before), now).map(({ kind }) => kind);

describe('what is not as it was', () => {
	test('nothing, also when the containers are new ones with other ids and numbers', () => {
		const before = [details(), details({ number: 3 })];
		const now = [container({ id: 'a' }), container({ id: 'b', number: 2 })];
		expect(kinds(before, now)).toEqual([]);
	});

	test('a container that is gone, one that has ended, one that is new', () => {
		expect(kinds([details()], [])).toEqual(['missing']);
		expect(kinds([details()], [container({ status: 'exited', exitCode: 1 })])).toEqual(['not-up']);
		expect(kinds([details()], [container(), container({ service: 'other' })])).toEqual(['extra']);
	});

	test('one replica of two', () => {
		expect(kinds([details(), details({ number: 2 })], [container({ id: 'new' })])).toEqual(['missing']);
	});

	test('another image and another configuration', () => {
		const now = container({ id: 'new', imageId: 'sha256:2', configHash: 'other' });
		expect(kinds([details()], [now])).toEqual(['image', 'config']);
	});

	test('a paused container that runs, and a running one that is paused', () => {
		expect(kinds([details({ status: 'paused' })], [container()])).toEqual(['not-paused']);
		expect(kinds([details()], [container({ status: 'paused' })])).toEqual(['paused']);
	});

	test('health counts only where it was healthy before', () => {
		expect(kinds([details({ health: 'healthy' })], [container({ health: 'starting' })])).toEqual([
			'starting',
		]);
		expect(kinds([details({ health: 'healthy' })], [container({ health: 'unhealthy' })])).toEqual([
			'unhealthy',
		]);
		expect(kinds([details({ health: 'unhealthy' })], [container({ health: 'unhealthy' })])).toEqual([]);
	});

	test('a restart loop only where there was none', () => {
		expect(kinds([details()], [container({ status: 'restarting' })])).toEqual(['restarting']);
		expect(kinds([details({ status: 'restarting' })], [container({ status: 'restarting' })])).toEqual([]);
	});

	test('what was off may be gone, and may not be on', () => {
		const off = details({ service: 'off', status: 'exited', exitCode: 137 });
		expect(kinds([details(), off], [container()])).toEqual([]);
		expect(kinds([details(), off], [container(), container({ service: 'off' })])).toEqual(['extra']);
	});
});

test('an inventory survives the journal', () => {
	const before = inventory(details(), details({ number: 2 }), details({ service: 'off', status: 'exited' }));
	expect(JSON.parse(JSON.stringify(before))).toEqual(before);
	expect(before.projects).toEqual([
		{
			project: 'app',
			workingDir: '/srv/app',
			configFiles: ['/srv/app/compose.yaml'],
			envFiles: [],
			replicas: { web: 2 },
		},
	]);
});
