import { expect, test } from 'vitest';
import type { ContainerDetails, Engine } from '../../source/stacks/engine.ts';
import { findNeighbours, livingIn, whoIsMeant } from '../../source/stacks/neighbours.ts';
import { container } from './containers.ts';

const own = container({ id: 'a'.repeat(64), name: 'app-vpn-1' });

interface Other {
	readonly name: string;
	readonly status?: string;
	readonly references: Partial<ContainerDetails>;
}

/** Finds neighbours among these, on an engine that counts what it is asked. */
function engineWith(others: readonly Other[]) {
	const none = { networkMode: 'bridge', pidMode: '', ipcMode: 'private', volumesFrom: [], links: [] };
	const all = others.map(({ name, status = 'running', references }) => ({
		...container({ id: name.padEnd(64, '0'), name, status, project: '' }),
		...none,
		...references,
	}));
	const asked: string[][] = [];
	const engine = {
		inspectContainers: async (ids: readonly string[]) => {
			asked.push([...ids]);
			return all.filter(({ id }) => ids.includes(id));
		},
	} as unknown as Engine;
	return { asked, find: () => findNeighbours(engine, [own], [own, ...all]) };
}

test('T2: by name, by id, by a cut id; network, processes, memory, volumes, links', async () => {
	const { find } = engineWith([
		{ name: 'network', references: { networkMode: 'container:app-vpn-1' } },
		{ name: 'processes', references: { pidMode: `container:${own.id}`, ipcMode: `container:${own.id}` } },
		{ name: 'volumes', references: { volumesFrom: [`${'a'.repeat(12)}:ro`] }, status: 'exited' },
		{ name: 'linked', references: { links: ['/app-vpn-1:/linked/vpn'] } },
		{ name: 'other', references: { networkMode: 'container:app-vpn-10', volumesFrom: ['aaab'] } },
	]);
	expect((await find()).map(({ name, shares, livesIn }) => [name, shares, livesIn.length])).toEqual([
		['network', 'the network', 1],
		['processes', 'the processes and the memory', 2],
		['volumes', 'the volumes', 0],
		['linked', 'a link', 0],
	]);
});

test('T2: neighbours of neighbours come after them; what only refers has none of its own', async () => {
	const { find } = engineWith([
		{ name: 'third', references: { networkMode: 'container:second' } },
		{ name: 'second', references: { networkMode: 'container:first' } },
		{ name: 'first', references: { networkMode: 'container:app-vpn-1' } },
		{ name: 'refers', references: { volumesFrom: ['app-vpn-1'] } },
		{ name: 'unconcerned', references: { networkMode: 'container:refers' } },
	]);
	const found = await find();
	expect(found.map(({ name }) => name)).toEqual(['first', 'refers', 'second', 'third']);
	expect(livingIn(found, [own.id]).map(({ name }) => name)).toEqual(['first', 'second', 'third']);
	expect(livingIn(found, ['b'])).toEqual([]);
});

test('T2: what does not run, or is paused, is neither stopped nor started', async () => {
	const references = { networkMode: 'container:app-vpn-1' };
	const { find } = engineWith([
		{ name: 'off', references, status: 'exited' },
		{ name: 'frozen', references, status: 'paused' },
	]);
	const found = await find();
	expect(found).toHaveLength(2);
	expect(livingIn(found, [own.id])).toEqual([]);
});

test('T2: a container is asked once in a process', async () => {
	const { find, asked } = engineWith([{ name: 'x', references: {} }]);
	await find();
	await find();
	expect(asked).toEqual([['x'.padEnd(64, '0')]]);
});

test('T2: a name or id means what it means to the engine', () => {
	const all = ['abc1', 'abc2', 'def1'].map((id) => ({ id, name: `named-${id}` }));
	const meant = (to: string, more: readonly { id: string; name: string }[] = []) =>
		whoIsMeant(to, [...more, ...all])?.id;
	expect(meant('def1')).toBe('def1');
	expect(meant('named-def1')).toBe('def1');
	expect(meant('d')).toBe('def1');
	expect(meant('abc')).toBeUndefined();
	expect(meant('')).toBeUndefined();
	expect(meant('abc', [{ id: 'x', name: 'abc' }])).toBe('x');
	expect(meant('abc1', [{ id: 'x', name: 'abc1' }])).toBe('abc1');
});
