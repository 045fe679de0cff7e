import { expect, test } from 'vitest';
import type { Manifest, ManifestMount } from '../../../source/services/backup/manifest.ts';
import { choosePieces } from '../../../source/services/restore/choose-parts.ts';
import { notInSnapshot, partsOfLegacy, partsOfManifest } from '../../../source/services/restore/parts.ts';

const mount = (part: Partial<ManifestMount>): ManifestMount => ({
	kind: 'volume',
	services: ['db'],
	name: '',
	source: '',
	destination: '/data',
	driver: 'local',
	driverOptions: {},
	labels: {},
	external: false,
	...part,
});

const volumePath = '/var/lib/docker/volumes/app_data/_data';
const manifest = {
	stack: { directory: '/srv/app', realDirectory: '/srv/app' },
	paths: ['/mnt/media', '/srv/app', volumePath],
	mounts: [
		mount({ name: 'app_data', path: volumePath, labels: { 'com.docker.compose.volume': 'data' } }),
		mount({ kind: 'bind', source: '/mnt/media', path: '/mnt/media', destination: '/media' }),
		mount({ name: 'nfs', kind: 'volume' }),
		mount({ name: 'app_cache', notCaptured: 'EXCLUDE_VOLUME = cache' }),
	],
} as unknown as Manifest;
const parts = partsOfManifest(manifest, 'f00d', [
	{ volume: 'nfs', snapshot: 'beef', path: '/volumes/nfs.tar' },
]);
const pick = (volumes: string[], include: string[] = []) =>
	choosePieces(parts, { volumes, include }, notInSnapshot(manifest)).map(
		({ part, below }) => `${part.kind} ${part.label}${below === '' ? '' : ` > ${below}`}`,
	);

test('everything, the directory first', () => {
	expect(pick([])).toEqual(['directory /srv/app', 'volume app_data', 'stream nfs', 'bind /mnt/media']);
});

test('a volume goes by its name, the name in the file, its place in the container', () => {
	expect(pick(['app_data'])).toEqual(['volume app_data']);
	expect(pick(['data'])).toEqual(['volume app_data']);
	expect(pick(['/media'])).toEqual(['bind /mnt/media']);
	expect(pick(['nfs'])).toEqual(['stream nfs']);
	expect(() => pick(['app_date'])).toThrow(expect.objectContaining({ hint: 'did you mean app_data?' }));
	expect(() => pick(['cache'])).toThrow(/not in this snapshot: EXCLUDE_VOLUME = cache/);
});

test('a path is looked for in the part that holds it', () => {
	expect(pick([], ['/srv/app/html/index.html'])).toEqual(['directory /srv/app > html/index.html']);
	expect(pick([], ['./html//x'])).toEqual(['directory /srv/app > html/x']);
	expect(pick(['data'], ['base/1'])).toEqual(['volume app_data > base/1']);
	expect(pick([], [`${volumePath}/base`, `${volumePath}/base/`])).toEqual(['volume app_data > base']);
	expect(() => pick([], ['/srv/application'])).toThrow(/not in this snapshot/);
	expect(() => pick(['nfs'], ['x'])).toThrow(/relative to what/);
});

test('a path cannot lead out of its part', () => {
	expect(pick([], ['../../etc/passwd'])).toEqual(['directory /srv/app > etc/passwd']);
	expect(() => pick([], ['/srv/app/../../etc/passwd'])).toThrow(/not in this snapshot/);
});

test('a snapshot of the older program is its directory', () => {
	expect(partsOfLegacy(['/srv/old'], 'f00d')).toMatchObject([{ kind: 'directory', source: '/srv/old' }]);
});
