import { describe, expect, test } from 'vitest';
import { foreignProjects, sortContainers } from '../../source/stacks/stack-containers.ts';
import { stackStates, statusOf, unknownStates } from '../../source/stacks/state.ts';
import type { StackContainer } from '../../source/stacks/types.ts';
import { container, stackAt } from './containers.ts';

const stateOf = (...containers: StackContainer[]) => statusOf(containers).state;

describe('the state of a stack', () => {
	test('is not_found without containers, stopped when none is up, running when all are', () => {
		expect(stateOf()).toBe('not_found');
		expect(stateOf(container({ status: 'exited', exitCode: 137 }))).toBe('stopped');
		expect(stateOf(container({ status: 'created' }))).toBe('stopped');
		expect(stateOf(container(), container({ number: 2 }))).toBe('running');
	});

	test('is partial when a replica or a service is down, and counts them', () => {
		const status = statusOf([
			container(),
			container({ number: 2, status: 'exited', exitCode: 137 }),
			container({ service: 'db' }),
		]);
		expect(status.state).toBe('partial');
		expect(status).toMatchObject({ up: 2, expected: 3 });
		expect(status.services.map(({ service, up, expected }) => [service, up, expected])).toEqual([
			['db', 1, 1],
			['web', 1, 2],
		]);
	});

	test.each(['paused', 'restarting'])('counts a %s container as up', (status) => {
		expect(stateOf(container({ status }))).toBe('running');
	});

	test('does not miss a one-shot service that has ended well', () => {
		const migrate = container({ service: 'migrate', status: 'exited', exitCode: 0 });
		expect(stateOf(container(), migrate)).toBe('running');
		expect(stateOf(container(), { ...migrate, exitCode: 1 })).toBe('partial');
		expect(stateOf(migrate)).toBe('stopped');
	});

	test('misses a service with exit code 0 that another wants running', () => {
		const db = container({ service: 'db', status: 'exited', exitCode: 0 });
		const wants = (condition: string) => container({ dependsOn: [{ service: 'db', condition }] });
		expect(stateOf(wants('service_healthy'), db)).toBe('partial');
		expect(stateOf(wants('service_completed_successfully'), db)).toBe('running');
	});

	test('one-off containers and our own helpers do not count', () => {
		const run = container({ oneOff: true, status: 'exited', exitCode: 1 });
		expect(stateOf(container(), run)).toBe('running');
		expect(stateOf(run)).toBe('not_found');
		expect(stateOf(container(), container({ helperOf: 'app', status: 'exited', exitCode: 9 }))).toBe(
			'running',
		);
	});

	test('a running one-off container of a stack that is otherwise down uses its data: partial', () => {
		expect(stateOf(container({ oneOff: true }))).toBe('partial');
	});

	test('is missing for a vanished directory and unknown when the engine cannot be asked', () => {
		const stacks = [stackAt('/srv/app'), stackAt('/srv/gone', { missing: true })];
		expect([...stackStates(stacks, new Map()).values()].map(({ state }) => state)).toEqual([
			'not_found',
			'missing',
		]);
		const unknown = unknownStates(stacks, 'the daemon is down');
		expect(unknown.get('app')).toMatchObject({ state: 'unknown', reason: 'the daemon is down' });
		expect(unknown.get('gone')).toMatchObject({ state: 'missing' });
	});
});

describe('the stack of a container', () => {
	const app = stackAt('/srv/app');
	const exists = (path: string) => path;
	const keysOf = (stacks: Parameters<typeof sortContainers>[0], ...containers: StackContainer[]) => {
		const { byStack, others } = sortContainers(stacks, containers, exists);
		return {
			...Object.fromEntries([...byStack].map(([key, own]) => [key, own.length])),
			others: others.length,
		};
	};

	test('is told by the directory, also with another project name', () => {
		expect(keysOf([app], container({ project: 'renamed' }))).toEqual({ app: 1, others: 0 });
	});

	test('is told by a compose file inside it', () => {
		const elsewhere = container({ project: 'x', workingDir: '/home/u', configFiles: ['/srv/app/sub/c.yml'] });
		expect(keysOf([app], elsewhere)).toEqual({ app: 1, others: 0 });
	});

	test('is the innermost directory', () => {
		const outer = stackAt('/srv', { key: 'outer' });
		expect(keysOf([outer, app], container())).toEqual({ outer: 0, app: 1, others: 0 });
	});

	test('is not a namesake in another directory', () => {
		const namesake = container({ workingDir: '/home/u/app', configFiles: ['/home/u/app/compose.yaml'] });
		expect(keysOf([app], namesake)).toEqual({ app: 0, others: 1 });
	});

	test('is told by the project name when the labelled directory is gone', () => {
		const moved = container({ workingDir: '/old/app', configFiles: ['/old/app/compose.yaml'] });
		const { byStack } = sortContainers([app], [moved], () => undefined);
		expect(byStack.get('app')).toHaveLength(1);
	});

	test('is found behind a symbolic link', () => {
		const linked = container({ workingDir: '/link/app', configFiles: [] });
		const { byStack } = sortContainers([app], [linked], () => '/srv/app');
		expect(byStack.get('app')).toHaveLength(1);
	});

	test('is none for a sibling whose name begins the same, and for containers of no project', () => {
		const sibling = container({ workingDir: '/srv/app-two', configFiles: [] });
		expect(keysOf([app], sibling, container({ project: '', workingDir: '' }))).toEqual({ app: 0, others: 2 });
	});
});

test('foreign projects and the services of a stack are in the same order on every machine', () => {
	const others = ['b', 'a_b', 'ab', 'a-b', 'a-b'].map((project) => container({ project }));
	expect(foreignProjects(others).map(({ project }) => project)).toEqual(['a-b', 'a_b', 'ab', 'b']);
	const services = ['web', 'Db', 'api'].map((service) => container({ service }));
	expect(statusOf(services).services.map(({ service }) => service)).toEqual(['Db', 'api', 'web']);
});
