import { expect, test } from 'vitest';
import { rcloneLocation, remoteAddress, resticLocation } from '../../source/rclone/address.ts';

test.each([
	['b2', 'bucket/restic', 'b2:bucket/restic', 'rclone:b2:bucket/restic'],
	['b2:', 'bucket/restic/', 'b2:bucket/restic', 'rclone:b2:bucket/restic'],
	['nas', '/backup/restic', 'nas:/backup/restic', 'rclone:nas:/backup/restic'],
	['b2:bucket', '', 'b2:bucket', 'rclone:b2:bucket'],
	['/mnt/disk', '/backup/restic', '/mnt/disk/backup/restic', '/mnt/disk/backup/restic'],
	['/mnt/disk/', '', '/mnt/disk', '/mnt/disk'],
	['/mnt/a:b', 'x', '/mnt/a:b/x', '/mnt/a:b/x'],
])('%s + %s', (remote, path, forRclone, forRestic) => {
	const address = remoteAddress(remote, path);
	expect(rcloneLocation(address).replace(/(.)\/$/, '$1')).toBe(forRclone);
	expect(resticLocation(address).replace(/(.)\/$/, '$1')).toBe(forRestic);
});

test('segments go below the path', () => {
	expect(rcloneLocation(remoteAddress('b2', 'bucket/'), 'quarantine', '2026-01-01')).toBe(
		'b2:bucket/quarantine/2026-01-01',
	);
	expect(rcloneLocation(remoteAddress('b2', ''), 'data')).toBe('b2:data');
});
