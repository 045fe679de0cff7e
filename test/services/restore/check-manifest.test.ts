import { describe, expect, test } from 'vitest';
import { BackupTuiError } from '../../../source/errors.ts';
import { parseManifest } from '../../../source/services/restore/read-manifest.ts';

const mount = {
	kind: 'volume',
	services: ['web'],
	name: 'app_data',
	source: '/var/lib/docker/volumes/app_data/_data',
	destination: '/data',
	driver: 'local',
	driverOptions: {},
	labels: { 'com.docker.compose.volume': 'data' },
	external: false,
	path: '/var/lib/docker/volumes/app_data/_data',
};
const container = {
	id: 'abc',
	name: 'app-web-1',
	project: 'app',
	service: 'web',
	number: 1,
	status: 'running',
	health: 'none',
	oneOff: false,
	autoRemove: false,
	restartPolicy: 'no',
	configHash: 'x',
	image: 'busybox:latest',
	imageId: 'sha256:abc',
	dependsOn: [{ service: 'db', condition: 'service_started' }],
	sharesWith: [],
	networks: ['app_default'],
	volumes: ['app_data'],
	anonymousVolumes: [],
	binds: ['/srv/media'],
};
const manifest = {
	v: 1,
	program: 'backup-tui',
	version: '0.1.0',
	createdAt: '2026-01-01T00:00:00.000Z',
	run: '20260101-000000-abcd',
	host: 'nas',
	stack: {
		key: 'app',
		name: 'app',
		origin: 'stacks-dir',
		directory: '/opt/app',
		realDirectory: '/opt/app',
		composeFiles: ['/opt/app/compose.yaml'],
		project: 'app',
	},
	state: 'running',
	method: 'down',
	inventory: {
		version: 1,
		stack: 'app',
		directory: '/opt/app',
		takenAt: '2026-01-01T00:00:00.000Z',
		projects: [
			{
				project: 'app',
				workingDir: '/opt/app',
				configFiles: ['/opt/app/compose.yaml'],
				envFiles: [],
				replicas: { web: 1 },
			},
		],
		containers: [container],
	},
	composeConfigs: [{ project: 'app', config: { services: { web: { image: 'busybox', ports: [] } } } }],
	images: [{ reference: 'busybox:latest', id: 'sha256:abc', digests: ['busybox@sha256:abc'] }],
	mounts: [mount],
	paths: ['/opt/app', '/var/lib/docker/volumes/app_data/_data'],
	savedImages: [],
	excludes: ['*.tmp'],
};

function refusal(change: object): string {
	try {
		parseManifest(JSON.stringify({ ...manifest, ...change }));
		return 'accepted';
	} catch (error) {
		expect(error).toBeInstanceOf(BackupTuiError);
		expect((error as BackupTuiError).exitCode).toBe(4);
		return (error as BackupTuiError).message;
	}
}

test('T10: a manifest as this program writes it, and one of an earlier version, are read', () => {
	expect(refusal({})).toBe('accepted');
	expect(refusal({ images: undefined, savedImages: undefined, excludes: undefined })).toBe('accepted');
	expect(refusal({ absent: ['volume app_cache', '/srv/new'] })).toBe('accepted');
	// Nothing is done with an inventory of another version.
	expect(refusal({ inventory: { version: 2, containers: 'other' } })).toBe('accepted');
});

describe('T10: a manifest that somebody else wrote ends with 4 and says what is wrong', () => {
	const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`);
	const prototype = JSON.parse('{"config": null, "project": "app", "x": {"__proto__": {"paths": []}}}');
	const cases: readonly (readonly [string, object, RegExp])[] = [
		['a path that leads up', { paths: ['/opt/app/../../etc'] }, /paths\[0\] is not a plain absolute path/],
		['the root', { paths: ['/'] }, /plain absolute path/],
		['a relative path', { paths: ['etc'] }, /plain absolute path/],
		['a line end in a path', { paths: ['/opt/a\nb'] }, /control characters/],
		['an escape in a name', { stack: { ...manifest.stack, name: 'a\u001b[2J' } }, /control characters/],
		['absent leads up', { absent: ['/opt/app/../x'] }, /absent\[0\]/],
		['absent is a flag', { absent: ['volume --all'] }, /name of a volume/],
		['absent is no list', { absent: { 0: '/x' } }, /absent is not a list/],
		['paths is a text', { paths: '/opt/app' }, /paths is not a list/],
		['paths of numbers', { paths: [1] }, /is not text/],
		['mounts with holes', { mounts: [null] }, /mounts\[0\] is not a map/],
		['services is a text', { mounts: [{ ...mount, services: 'web' }] }, /services is not a list/],
		['labels of numbers', { mounts: [{ ...mount, labels: { a: 1 } }] }, /labels.a is not text/],
		['a volume named like a path', { mounts: [{ ...mount, name: '../x' }] }, /name of a volume/],
		['one volume twice', { mounts: [mount, { ...mount, path: '/opt/app' }] }, /app_data twice/],
		['one path twice', { paths: ['/opt/app', '/opt/app'] }, /\/opt\/app twice/],
		['a stack without a name', { stack: { directory: '/opt/app' } }, /stack\.key is not text/],
		['a directory that leads up', { stack: { ...manifest.stack, realDirectory: '/a/..' } }, /realDirectory/],
		[
			'infinite replicas',
			{
				inventory: {
					...manifest.inventory,
					projects: [{ ...manifest.inventory.projects[0], replicas: { web: -1 } }],
				},
			},
			/replicas.web is not a whole number/,
		],
		[
			'containers without services',
			{ inventory: { ...manifest.inventory, containers: [{ ...container, service: 7 }] } },
			/service is not text/,
		],
		['an image that is a flag', { images: [{ reference: '--all', id: '', digests: [] }] }, /not an image/],
		['ports is a text', { composeConfigs: [composeOf({ web: { ports: 'x' } })] }, /ports is not a list/],
		['services is a list', { composeConfigs: [composeOf([])] }, /services is not a map/],
		['a service named like a path', { composeConfigs: [composeOf({ '../x': {} })] }, /Compose does not take/],
		[
			'a service image that is a flag',
			{ composeConfigs: [composeOf({ web: { image: '-x' } })] },
			/not an image/,
		],
		['nested without end', { extra: deep }, /nested more than/],
		['a prototype key', { composeConfigs: [prototype] }, /__proto__/],
		['too many paths', { paths: Array.from({ length: 20_000 }, (_, at) => `/p/${at}`) }, /more than 10000/],
		['another program', { program: 'other' }, /another program/],
	];
	test.each(cases)('%s', (_title, change, expected) => {
		expect(refusal(change)).toMatch(expected);
	});
	test.each(['', 'null', '[]', '{"v":1e999}', '{"v": NaN}', '{"paths": ["/a"', '"x"'])('%j', (text) => {
		expect(() => parseManifest(text)).toThrow(BackupTuiError);
	});
});

function composeOf(services: unknown) {
	return { project: 'app', config: { services } };
}
