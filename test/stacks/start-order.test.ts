import { describe, expect, test } from 'vitest';
import type { Inventory, InventoryContainer } from '../../source/stacks/inventory.ts';
import { quiesceSteps } from '../../source/stacks/quiesce-steps.ts';
import { startOrder } from '../../source/stacks/start-order.ts';

const container = (service: string, changes: Partial<InventoryContainer> = {}): InventoryContainer => ({
	id: service,
	name: service,
	project: 'app',
	service,
	number: 1,
	status: 'running',
	health: 'none',
	oneOff: false,
	autoRemove: false,
	restartPolicy: 'no',
	configHash: '',
	image: '',
	imageId: '',
	dependsOn: [],
	sharesWith: [],
	networks: [],
	volumes: [],
	anonymousVolumes: [],
	binds: [],
	...changes,
});
const needs = (...services: string[]) => ({
	dependsOn: services.map((service) => ({ service, condition: 'service_started' })),
});
const names = (groups: readonly (readonly InventoryContainer[])[]) =>
	groups.map((group) => group.map(({ name }) => name).join(' '));
const inventory = (...containers: InventoryContainer[]): Inventory => ({
	version: 1,
	stack: 'app',
	directory: '/srv/app',
	takenAt: '',
	projects: [],
	containers,
});

describe('the order of starting', () => {
	test('what others need comes first, what needs nothing of each other together', () => {
		const all = [
			container('web', needs('api', 'cache')),
			container('api', needs('db')),
			container('cache'),
			container('db'),
		];
		expect(names(startOrder(all))).toEqual(['cache db', 'api', 'web']);
	});

	test('a shared network namespace is a dependency', () => {
		expect(names(startOrder([container('app', { sharesWith: ['vpn'] }), container('vpn')]))).toEqual([
			'vpn',
			'app',
		]);
	});

	test('a dependency that did not run is not waited for', () => {
		expect(names(startOrder([container('web', needs('migrate'))]))).toEqual(['web']);
	});

	test('a circle ends', () => {
		expect(names(startOrder([container('a', needs('b')), container('b', needs('a'))]))).toEqual(['a b']);
	});

	test('a service of the same name in another project is none', () => {
		const other = container('db', { id: 'other', name: 'other', project: 'else' });
		expect(names(startOrder([container('web', needs('db')), other]))).toEqual(['web other']);
	});
});

describe('what is stopped and what frozen', () => {
	const all = inventory(
		container('web', needs('db')),
		container('db'),
		container('frozen', { status: 'paused' }),
		container('loop', { status: 'restarting' }),
		container('run', { oneOff: true, autoRemove: true }),
		container('off', { status: 'exited' }),
	);

	test('stop: dependents first; what stopping would delete is frozen; what is frozen or off is left', () => {
		const { stop, pause } = quiesceSteps(all, 'stop');
		expect(names(stop)).toEqual(['web', 'db loop']);
		expect(pause.map(({ name }) => name)).toEqual(['run']);
	});

	test('pause: dependents first; a restart loop, which cannot be frozen, is stopped', () => {
		const { stop, pause } = quiesceSteps(all, 'pause');
		expect(names(stop)).toEqual(['loop']);
		expect(pause.map(({ name }) => name)).toEqual(['web', 'run', 'db']);
	});
});
