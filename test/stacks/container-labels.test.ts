import { expect, test } from 'vitest';
import { fromLabels, parseDependencies, splitPaths } from '../../source/stacks/container-labels.ts';

test('paths of a label are split at commas, but a comma inside a name stays', () => {
	expect(splitPaths('/a/compose.yml,/a/b,c.yml,/d.yml')).toEqual(['/a/compose.yml', '/a/b,c.yml', '/d.yml']);
	expect(splitPaths('/a/compose.yml,-')).toEqual(['/a/compose.yml', '-']);
	expect(splitPaths(undefined)).toEqual([]);
});

test('dependencies are read with and without a condition', () => {
	expect(parseDependencies('db:service_healthy:false,cache')).toEqual([
		{ service: 'db', condition: 'service_healthy' },
		{ service: 'cache', condition: 'service_started' },
	]);
	expect(parseDependencies('')).toEqual([]);
});

test('a container without labels belongs to nothing', () => {
	expect(fromLabels({})).toMatchObject({
		project: '',
		service: '',
		number: 1,
		oneOff: false,
		configFiles: [],
	});
});
