import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskOf, unmountedPoint } from '../../../source/services/sync/local-disk.ts';
import {
	emptyState,
	type RemoteState,
	stateAt,
	stateForLocation,
} from '../../../source/services/sync/remote-state.ts';

const mountLine = (path: string) => `22 1 8:1 / ${path} rw - ext4 /dev/sda1 rw`;

test('F8: a disk that fstab lists and that is not mounted is found out, however deep the place lies below it', () => {
	const tables = {
		mounted: () => [mountLine('/'), mountLine('/mnt/here')].join('\n'),
		configured: () =>
			'# comment\nUUID=1 / ext4 defaults 0 1\nUUID=2 /x/disk2/ ext4 defaults 0 2\nUUID=3 /mnt/here ext4 noauto 0 2\nUUID=4 none swap sw 0 0\nnas:/e /mnt/two\\040words nfs soft 0 0',
	};
	expect(unmountedPoint('/x/disk2', tables)).toBe('/x/disk2');
	expect(unmountedPoint('/x/disk2/backup/restic', tables)).toBe('/x/disk2');
	expect(unmountedPoint('/mnt/two words/a', tables)).toBe('/mnt/two words');
	expect(unmountedPoint('/mnt/here/backup', tables)).toBeUndefined();
	expect(unmountedPoint('/x/disk20', tables)).toBeUndefined();
	expect(unmountedPoint('/srv', tables)).toBeUndefined();
});

test('the mount a path lies on, also of what is not there yet', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-disk-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	const tables = { mounted: () => `${mountLine('/')}\n${mountLine(directory)}`, configured: () => '' };
	expect((await diskOf(join(directory, 'a/b'), tables)).mountPoint).toBe(directory);
	expect((await diskOf(`${directory}x`, tables)).mountPoint).toBe('/');
});

test('F9: a new place is a new place; whoever goes back finds what was known of the old one', () => {
	const state: RemoteState = { ...emptyState, lastSuccess: '2026-01-01T00:00:00Z', files: 20, seen: ['a'] };
	const usb = { key: 'usb', location: '/mnt/usb' };
	const nas = { key: 'nas', location: 'nas:/backup' };
	const old = stateAt(state, usb);
	expect(old).toMatchObject({ files: 20, place: usb });
	const moved = stateAt(old, nas);
	expect(moved.lastSuccess).toBeUndefined();
	expect(moved.files).toBeUndefined();
	expect(moved.seen).toEqual(['a']);
	expect(stateAt(moved, usb)).toMatchObject({ files: 20, lastSuccess: state.lastSuccess, place: usb });
	expect(stateForLocation(old, 'nas:/backup')).toBe(emptyState);
	expect(stateForLocation(moved, '/mnt/usb').files).toBe(20);
});
