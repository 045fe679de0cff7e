import { expect, test } from 'vitest';
import { needsOf, orderStacks } from '../../../source/services/restore/order-stacks.ts';

const config = (makes: string[], needs: string[]) => ({
	networks: Object.fromEntries([
		...makes.map((name) => [name, { name }]),
		...needs.map((name) => [name, { name, external: true }]),
	]),
	volumes: null,
});
const names = (stacks: Record<string, [string[], string[]]>) =>
	orderStacks(Object.entries(stacks).map(([name, lists]) => needsOf(name, [config(...lists)]))).map(
		(stack) => stack.name,
	);

test('who makes a network comes before who needs it', () => {
	expect(names({ app: [[], ['edge', 'data']], zproxy: [['edge'], ['far']], db: [['data'], []] })).toEqual([
		'db',
		'zproxy',
		'app',
	]);
});

test('a circle and a network nobody makes stop nothing', () => {
	expect(names({ b: [['x'], ['y']], a: [['y'], ['x']], c: [[], ['z']] })).toEqual(['b', 'a', 'c']);
});
