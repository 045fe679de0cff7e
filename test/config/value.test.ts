import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../source/config/schema/key.ts';
import { namedSections, sections } from '../../source/config/schema.ts';
import { parseValue } from '../../source/config/value.ts';

const base = { directory: '/etc/backup-tui', home: '/root' };
const { docker, local_backup: backup, cloud_sync: cloud } = sections;

function read(key: Key, text: string): unknown {
	const parsed = parseValue(key, text, base);
	return 'value' in parsed ? parsed.value : new Error(parsed.problem);
}

const everyKey = Object.entries({ ...sections, stack: namedSections.stack }).flatMap(([section, keys]) =>
	Object.entries<Key>(keys).map(([name, key]) => [`${section}.${name}`, key] as const),
);

test.each(everyKey)('%s: default and example can be read', (_name, key) => {
	expect(parseValue(key, key.default, base)).toHaveProperty('value');
	if (key.example !== undefined && key.secret !== true) {
		expect(parseValue(key, key.example, base)).toHaveProperty('value');
	}
});

test.each(everyKey)('%s: no text makes it throw', (_name, key) => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
			const parsed = parseValue(key, text, base);
			expect('value' in parsed || parsed.problem !== '').toBe(true);
		}),
		{ numRuns: 100 },
	);
});

describe('booleans', () => {
	test.each(['true', 'yes', '1', 'on', 'TRUE', 'Yes'])('%s is true', (text) => {
		expect(read(backup.AUTO_PRUNE, text)).toBe(true);
	});
	test.each(['false', 'no', '0', 'off', 'Off'])('%s is false', (text) => {
		expect(read(backup.AUTO_PRUNE, text)).toBe(false);
	});
	test.each(['', 'y', 'enabled', '2', 'tru'])('%s is an error', (text) => {
		expect(read(backup.AUTO_PRUNE, text)).toBeInstanceOf(Error);
	});
});

describe('durations are in seconds', () => {
	test.each([
		['300', 300],
		['90s', 90],
		['5m', 300],
		['1h30m', 5400],
		['1 h', 3600],
	])('%s', (text, seconds) => {
		expect(read(docker.DOCKER_TIMEOUT, text)).toBe(seconds);
	});
	test.each(['', '-1', '1.5', '5 minutes', '0', '999999999', '1e3', '0x10', 'five'])(
		'%s is refused',
		(text) => {
			expect(read(docker.DOCKER_TIMEOUT, text)).toBeInstanceOf(Error);
		},
	);
});

test.each([
	['1024', 1024],
	['2G', 2048],
	['1T', 1_048_576],
	['500MB', 500],
	['1K', 1],
])('size %s is %d MiB', (text, mebibytes) => {
	expect(read(backup.MIN_DISK_SPACE_MB, text)).toBe(mebibytes);
});

test('retention takes counts only, so that restic is never given a negative one', () => {
	expect(read(backup.KEEP_DAILY, '0')).toBe(0);
	for (const text of ['-1', '1d', 'all', '']) expect(read(backup.KEEP_DAILY, text)).toBeInstanceOf(Error);
});

test('a wrong enum value names the nearest one', () => {
	expect(parseValue(backup.VERIFICATION_DEPTH, 'meta-data', base)).toEqual({
		problem: 'must be one of metadata, files, data, not meta-data',
		hint: 'did you mean metadata?',
	});
	expect(read(backup.VERIFICATION_DEPTH, 'DATA')).toBe('data');
});

test.each([
	['/opt/stacks/', '/opt/stacks'],
	['stacks', '/etc/backup-tui/stacks'],
	['~/stacks', '/root/stacks'],
	['/a/../b', '/b'],
])('path %s is %s', (text, path) => {
	expect(read(docker.DOCKER_STACKS_DIR, text)).toBe(path);
});

test.each(['$HOME/x', '~other/x', '/a\0b'])('path %j is refused', (text) => {
	expect(read(docker.DOCKER_STACKS_DIR, text)).toBeInstanceOf(Error);
});

test.each([
	['~/repo', '/root/repo'],
	['local:/mnt/repo', '/mnt/repo'],
	['/mnt/with:colon', '/mnt/with:colon'],
	['sftp:user@host:/srv/repo', 'sftp:user@host:/srv/repo'],
	['s3:https://host/bucket', 's3:https://host/bucket'],
	['rest:https://user:pw@host:8000/', 'rest:https://user:pw@host:8000/'],
	['rclone:b2:bucket/path', 'rclone:b2:bucket/path'],
])('repository %s is %s', (text, location) => {
	expect(read(backup.RESTIC_REPOSITORY, text)).toBe(location);
});

test.each(['repo', './repo', '../repo', 'local:repo'])('a relative repository %s is refused', (text) => {
	expect(parseValue(backup.RESTIC_REPOSITORY, text, base)).toMatchObject({
		problem: expect.stringMatching(/^must be an absolute path/),
		hint: expect.stringMatching(/: \/etc\/(backup-tui\/)?repo$/),
	});
});

test('a repository of an unknown kind is refused with the nearest kind', () => {
	expect(parseValue(backup.RESTIC_REPOSITORY, 'stfp:host:/x', base)).toMatchObject({
		hint: 'did you mean sftp:?',
	});
});

test.each([
	['b2', 'b2'],
	['b2:', 'b2'],
	['my remote.1', 'my remote.1'],
	['/mnt/second/', '/mnt/second'],
])('remote %s is %s', (text, remote) => {
	expect(read(cloud.RCLONE_REMOTE, text)).toBe(remote);
});

test.each(['b2:bucket/path', '-x', '--config', 'a/b', ':s3:'])('remote %s is refused', (text) => {
	expect(read(cloud.RCLONE_REMOTE, text)).toBeInstanceOf(Error);
});

test.each(['--help', '-x', 'a b', 'a,b'])(
	'host name %s is refused: it would be a flag or two names to restic',
	(text) => {
		expect(read(backup.HOSTNAME, text)).toBeInstanceOf(Error);
	},
);

test.each([
	['', ''],
	['0', ''],
	['off', ''],
	['4M', '4M'],
	['512', '512'],
	['10M:1M', '10M:1M'],
	['08:00,512K 23:00,off', '08:00,512K 23:00,off'],
	['Mon-08:00,1M Sun-20:00,off', 'Mon-08:00,1M Sun-20:00,off'],
])('bandwidth %s is %s', (text, rate) => {
	expect(read(cloud.BANDWIDTH, text)).toBe(rate);
});

test.each(['fast', '4 M', '8:00,', '--bwlimit', '4M;id'])('bandwidth %s is refused', (text) => {
	expect(read(cloud.BANDWIDTH, text)).toBeInstanceOf(Error);
});

test.each(['100', '10%', '0', '100%'])('share %s is taken', (text) => {
	expect(read(cloud.MAX_DELETE, text)).toBe(text);
});

test.each(['', '101%', '-1', '10 %', 'all'])('share %s is refused', (text) => {
	expect(read(cloud.MAX_DELETE, text)).toBeInstanceOf(Error);
});
