import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskOf } from '../../../source/services/sync/local-disk.ts';
import {
	emptyState,
	type RemoteState,
	stateAt,
	stateForLocation,
} from '../../../source/services/sync/remote-state.ts';

const mountLine = (path: string, type = 'ext4') => `22 1 8:1 / ${path} rw - ${type} /dev/sda1 rw`;

test('the mount a path lies on, also of what is not there yet', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-disk-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	const table = `${mountLine('/')}\n${mountLine(directory, 'tmpfs')}`;
	expect(await diskOf(join(directory, 'a/b'), table)).toMatchObject({
		mountPoint: directory,
		inMemory: true,
	});
	expect(await diskOf(`${directory}x`, table)).toMatchObject({ mountPoint: '/', inMemory: false });
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
