import { expect, test } from 'vitest';
import { isTooOld, parseVersion } from '../../source/restic/version.ts';

test('both ages are read, and what each can do', () => {
	const old = parseVersion('restic 0.14.0 compiled with go1.19.8 on linux/amd64\n');
	const current = parseVersion('restic 0.19.1 compiled with go1.26.4 on linux/amd64\n');
	expect(old).toMatchObject({
		text: '0.14.0',
		minor: 14,
		abilities: { retryLock: false, safeSymlinks: false },
	});
	expect(current).toMatchObject({ text: '0.19.1', abilities: { retryLock: true, checkSnapshot: true } });
});

test('development builds and future majors count as new', () => {
	expect(parseVersion('restic 0.18.0-dev (compiled manually)')?.abilities.checkSnapshot).toBe(false);
	expect(parseVersion('restic 1.0.0 compiled with go2')?.abilities.checkSnapshot).toBe(true);
});

test('other programs are not restic, and old ones are too old', () => {
	expect(parseVersion('rclone v1.60.1\nrestic')).toBeUndefined();
	const ancient = parseVersion('restic 0.9.6 compiled');
	expect(ancient !== undefined && isTooOld(ancient)).toBe(true);
});
