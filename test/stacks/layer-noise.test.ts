import { describe, expect, test } from 'vitest';
import { describeFiles, layerCaptures } from '../../source/stacks/layer-losses.ts';
import { type LayerPart, layerPart } from '../../source/stacks/layer-noise.ts';
import type { LayerFile, WritableLayer } from '../../source/stacks/read-layers.ts';

const cases: readonly [LayerPart, readonly string[]][] = [
	[
		'noise',
		['/run/nginx.pid', '/tmp/x', '/var/cache/nginx/a', '/app/__pycache__/a.pyc', '/root/.cache/pip/x'],
	],
	['noise', ['/etc/hosts', '/srv/app/app.pid', '/var/run/docker.sock', '/usr/lib/python3/x.pyc']],
	[
		'own',
		['/etc/passwd', '/etc/nginx/conf.d/default.conf', '/var/log/app/a.log', '/bin/vi', '/usr/lib/x.so'],
	],
	[
		'own',
		['/app/logs/today', '/srv/app.log.1', '/root/.bash_history', '/app/cache/x', '/var/lib/dpkg/status'],
	],
	['data', ['/app/db.sqlite', '/var/lib/mysql/ibdata1', '/root/.n8n/db', '/home/node/.config/x', '/data/x']],
	[
		'data',
		['/runner/x', '/tmpfoo', '/usr/share/elasticsearch/data/x', '/opt/x', '/etcetera', '/libra/x', '/x'],
	],
];

test.each(cases)('T1: %s: %j', (part, paths) => {
	expect(paths.map(layerPart)).toEqual(paths.map(() => part));
});

const file = (path: string, bytes: number | undefined, kind: LayerFile['kind'] = 'added'): LayerFile => ({
	path,
	bytes,
	kind,
});

test('the largest files are named, the others counted', () => {
	expect(describeFiles([file('/a', 9)])).toBe('/a (9 bytes)');
	expect(describeFiles([file('/a', undefined), file('/b', undefined, 'deleted')])).toBe('/a, /b (deleted)');
	expect(describeFiles([1, 2, 3000, 4_000_000, 5].map((bytes) => file(`/${bytes}`, bytes)))).toBe(
		'/4000000 (3.8 MiB), /3000 (2.9 KiB), /5 (5 bytes) and 2 more, 3.8 MiB in all',
	);
});

describe('coverage of a writable layer', () => {
	const layer = (data: readonly LayerFile[], own: readonly LayerFile[] = []): WritableLayer => ({
		...{ id: 'x', container: 'app-web-1', service: 'web', unknown: undefined },
		...{ data, own },
	});
	const states = (rules: readonly string[], one: WritableLayer, made: readonly string[] = []) =>
		layerCaptures([one], rules, () => made).map(({ capture }) => capture.state);

	test('data is missing until a folder around it is excluded; a rule for something else does not count', () => {
		const one = layer([file('/app/a', 1), file('/app/b', 1)]);
		expect(states([], one)).toEqual(['impossible']);
		expect(states(['/ap', 'app'], one)).toEqual(['impossible']);
		expect(states(['/app/a'], one)).toEqual(['impossible', 'excluded']);
		expect(states(['/app/'], one)).toEqual(['excluded']);
	});

	test('system files are named, and what Compose puts there is not data', () => {
		expect(states([], layer([], [file('/etc/passwd', 1)]))).toEqual(['excluded']);
		expect(states([], layer([file('/settings', 1)]), ['/settings'])).toEqual([]);
		expect(states([], { ...layer([]), unknown: 'too slow' })).toEqual(['impossible']);
	});
});
