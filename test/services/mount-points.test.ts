import { expect, test } from 'vitest';
import { type MountTables, mountPointOf, unmountedAbove } from '../../source/services/mount-points.ts';

const line = (path: string, type = 'ext4') => `36 35 98:0 / ${path} rw,noatime - ${type} /dev/sdx rw`;
const tables = (changes: Partial<MountTables> = {}): MountTables => ({
	fstab: '',
	mountInfo: line('/'),
	units: [],
	...changes,
});

test('a mount point of fstab or systemd that is not mounted is found, whatever lies below it', () => {
	const fstab =
		'# a comment\nUUID=1 / ext4 defaults 0 1\nUUID=2\t/no-such/usb\\040disk/ ext4 nofail 0 2\n/swap none swap sw 0 0\n';
	expect(unmountedAbove('/no-such/usb disk/repo', tables({ fstab }))).toBe('/no-such/usb disk');
	expect(unmountedAbove('/no-such/usb disk', tables({ fstab }))).toBe('/no-such/usb disk');
	expect(unmountedAbove('/no-such/usb disk 2/repo', tables({ fstab }))).toBeUndefined();
	const unit = '[Unit]\nDescription=x\n\n[Mount]\nWhat=/dev/sdb1\nWhere=/no-such/nas\n';
	expect(unmountedAbove('/no-such/nas/a/b', tables({ units: [unit] }))).toBe('/no-such/nas');
});

test('what is mounted is not missing; what only waits to be mounted is', () => {
	const fstab = 'UUID=2 /no-such/usb ext4 nofail,x-systemd.automount 0 2\n';
	const mounted = tables({ fstab, mountInfo: `${line('/')}\n${line('/no-such/usb')}` });
	expect(unmountedAbove('/no-such/usb/repo', mounted)).toBeUndefined();
	const waiting = tables({ fstab, mountInfo: `${line('/')}\n${line('/no-such/usb', 'autofs')}` });
	expect(unmountedAbove('/no-such/usb/repo', waiting)).toBe('/no-such/usb');
});

test('the disk a path lies on is the one mounted nearest above it', () => {
	const mountInfo = [line('/'), line('/no-such'), line('/no-such/a'), line('/no-such/ab')].join('\n');
	expect(mountPointOf('/no-such/a/repo', tables({ mountInfo }))).toBe('/no-such/a');
	expect(mountPointOf('/no-such/abc', tables({ mountInfo }))).toBe('/no-such');
	expect(mountPointOf('/elsewhere', tables({ mountInfo }))).toBe('/');
});
