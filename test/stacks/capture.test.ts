import { describe, expect, test } from 'vitest';
import { type CaptureRules, countCoverage, planCapture } from '../../source/stacks/capture.ts';
import type { Mount } from '../../source/stacks/mounts.ts';
import type { LookAt } from '../../source/stacks/path-facts.ts';

const rules: CaptureRules = {
	exclude: [],
	excludeVolumes: [],
	oneFileSystem: false,
	ours: [{ path: '/backup/repository', what: 'the repository itself' }],
	engineRoot: '/var/lib/docker',
	stacksDir: '/srv/stacks',
	local: true,
	projects: ['app'],
};

const mount = (changes: Partial<Mount>): Mount => ({
	kind: 'bind',
	services: ['web'],
	name: '',
	source: '',
	destination: '/data',
	driver: '',
	driverOptions: {},
	labels: {},
	external: false,
	readOnly: false,
	made: true,
	...changes,
});
const directory = mount({ kind: 'directory', source: '/srv/app' });
const bind = (source: string) => mount({ source });
const volume = (name: string, changes: Partial<Mount> = {}) =>
	mount({
		kind: 'volume',
		name,
		source: `/var/lib/docker/volumes/${name}/_data`,
		driver: 'local',
		...changes,
	});

/** Everything is a directory on one file system but what is told. */
const world =
	(
		changes: Readonly<Record<string, Partial<Exclude<ReturnType<LookAt>, string>> | 'gone' | 'denied'>> = {},
	): LookAt =>
	(path) => {
		const change = changes[path] ?? {};
		return typeof change === 'string' ? change : { kind: 'directory', realPath: path, device: 1, ...change };
	};

const plan = (mounts: Mount[], changes: Partial<CaptureRules> = {}, look = world(), points: string[] = []) =>
	planCapture(mounts, { ...rules, ...changes }, look, () => points);
const captures = (result: ReturnType<typeof plan>) => result.mounts.map(({ capture }) => capture);

describe('what is captured', () => {
	test('the directory, volumes and binds outside; a bind inside is inside it', () => {
		const result = plan([directory, volume('app_data'), bind('/srv/app/sub'), bind('/mnt/media')]);
		expect(result.paths).toEqual(['/mnt/media', '/srv/app', '/var/lib/docker/volumes/app_data/_data']);
		expect(captures(result)[2]).toEqual({ state: 'captured', how: 'path', path: '/srv/app/sub' });
		expect(countCoverage(result.mounts)).toEqual({ captured: 4, excluded: 0, missing: 0 });
	});

	test('a bind inside that is a link to elsewhere is captured where it really is', () => {
		const result = plan(
			[directory, bind('/srv/app/link')],
			{},
			world({ '/srv/app/link': { realPath: '/mnt/real' } }),
		);
		expect(result.paths).toEqual(['/mnt/real', '/srv/app']);
	});

	test('a file system inside is named with ONE_FILE_SYSTEM, and dropped ones are listed', () => {
		const other = world({ '/srv/app/disk': { device: 2 } });
		const points = ['/', '/srv/app/disk', '/srv/app/lost', '/srv/other'];
		const mounts = [directory, bind('/srv/app/disk'), bind('/srv/app/sub')];
		expect(plan(mounts, {}, other, points).paths).toEqual(['/srv/app']);
		const result = plan(mounts, { oneFileSystem: true }, other, points);
		expect(result.paths).toEqual(['/srv/app', '/srv/app/disk']);
		expect(result.mounts.at(-1)).toMatchObject({
			mount: { source: '/srv/app/lost' },
			capture: { state: 'excluded', rule: 'ONE_FILE_SYSTEM' },
		});
	});

	test('a volume with driver_opts is held, one without a host path is streamed', () => {
		const result = plan([
			volume('app_nfs', { driverOptions: { type: 'nfs', device: ':/x' } }),
			volume('app_sized', { driverOptions: { o: 'size=1g' } }),
			volume('app_far', { driver: 'ceph', source: '' }),
		]);
		expect(result).toMatchObject({ holds: ['app_nfs'], streams: ['app_far'] });
		expect(result.paths).toContain('/var/lib/docker/volumes/app_nfs/_data');
	});

	test('nothing by path when the engine is on another machine', () => {
		const result = plan([volume('app_data'), bind('/mnt/media')], { local: false });
		expect(result).toMatchObject({ paths: [], streams: ['app_data'] });
		expect(countCoverage(result.mounts)).toEqual({ captured: 1, excluded: 0, missing: 1 });
	});
});

describe('what is left out', () => {
	const ruleOf = (one: Mount, changes: Partial<CaptureRules> = {}, look = world()) => {
		const [capture] = captures(plan([one], changes, look));
		return capture?.state === 'excluded' ? capture.rule : capture?.state;
	};

	test('by EXCLUDE_VOLUME: full name, name in the compose file, path', () => {
		for (const name of ['app_data', 'data']) {
			expect(ruleOf(volume('app_data'), { excludeVolumes: [name] })).toBe(`EXCLUDE_VOLUME ${name}`);
		}
		expect(ruleOf(volume('other_data'), { excludeVolumes: ['data'] })).toBe('captured');
		expect(ruleOf(bind('/mnt/media'), { excludeVolumes: ['/mnt/media'] })).toBe('EXCLUDE_VOLUME /mnt/media');
	});

	test('by a restic pattern', () => {
		expect(ruleOf(bind('/mnt/cache'), { exclude: ['cache'] })).toBe('EXCLUDE cache');
	});

	test.each([
		['/var/run/docker.sock', /Docker's socket/],
		['/proc', /\/proc/],
		['/sys/class', /\/sys/],
		['/dev/ttyUSB0', /\/dev/],
		['/', /system/],
		['/usr', /system/],
		['/var/lib/docker/containers', /Docker's own/],
		['/var/lib/docker/volumes', /Docker's own/],
		['/srv/stacks', /each stack is copied by itself/],
		['/backup/repository/data', /repository itself/],
	])('%s, always', (path, rule) => {
		expect(ruleOf(bind(path))).toMatch(rule);
	});

	test('sockets and devices wherever they are; a link to the socket', () => {
		expect(ruleOf(bind('/srv/x.sock'), {}, world({ '/srv/x.sock': { kind: 'socket' } }))).toMatch(/socket/);
		const linked = world({ '/srv/link': { realPath: '/run/docker.sock', kind: 'socket' } });
		expect(ruleOf(bind('/srv/link'), {}, linked)).toMatch(/Docker's socket/);
	});

	test('tmpfs, and what does not exist yet', () => {
		expect(ruleOf(mount({ kind: 'tmpfs' }))).toMatch(/tmpfs/);
		expect(ruleOf(volume('app_new', { made: false }))).toBe('absent');
		expect(ruleOf({ ...bind('/mnt/new'), made: false }, {}, world({ '/mnt/new': 'gone' }))).toBe('absent');
	});

	test('an excluded folder inside the directory becomes a pattern, but not around something captured', () => {
		const mounts = [directory, bind('/srv/app/[x]'), bind('/srv/app/big/keep'), bind('/srv/app/big')];
		const result = plan(mounts, { excludeVolumes: ['/srv/app/[x]', '/srv/app/big'] });
		expect(result.excludes).toEqual(['/srv/app/\\[x\\]']);
	});

	test('the repository inside the directory becomes a pattern', () => {
		const ours = [{ path: '/srv/app/restic', what: 'the repository itself' }];
		expect(plan([directory], { ours }).excludes).toEqual(['/srv/app/restic']);
	});
});

describe('what cannot be captured', () => {
	test.each([
		['no permission', bind('/mnt/secret'), world({ '/mnt/secret': 'denied' })],
		['a bind whose source is gone', bind('/mnt/gone'), world({ '/mnt/gone': 'gone' })],
		['compose files nobody can read', mount({ kind: 'unknown', source: 'yaml: line 1' }), world()],
	])('%s', (_name, one, look) => {
		expect(countCoverage(plan([one], {}, look).mounts).missing).toBe(1);
	});

	test("a folder around Docker's own or around all stacks", () => {
		const found = captures(plan([bind('/data'), bind('/srv')], { engineRoot: '/data/docker' }));
		expect(found).toMatchObject([
			{ state: 'impossible', reason: expect.stringContaining("Docker's own") },
			{ state: 'impossible', reason: expect.stringContaining('all stacks') },
		]);
	});

	test('such a folder is none of the data of a stack that only reads it', () => {
		const [only] = captures(plan([mount({ source: '/srv', readOnly: true })]));
		expect(only).toMatchObject({ state: 'excluded', rule: 'never: read-only, and contains all stacks' });
	});
});
