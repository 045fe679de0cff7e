import { expect, test } from 'vitest';
import { safetyTags, stackTags } from '../../../source/restic/tags.ts';
import type { Snapshot } from '../../../source/restic/types.ts';
import { expiredSafety } from '../../../source/services/restore/expired-safety.ts';

const day = 24 * 3600 * 1000;
const now = Date.UTC(2026, 0, 31);
const taken = (id: string, daysAgo: number, tags: readonly string[]) =>
	({ id, time: now - daysAgo * day, tags }) as unknown as Snapshot;

test('what a restore has overwritten is given up after fourteen days; backups and what is needed never are', () => {
	const snapshots = [
		taken('old', 15, safetyTags('app')),
		taken('other stack', 400, safetyTags('db')),
		taken('needed', 20, safetyTags('app')),
		taken('young', 13, safetyTags('app')),
		taken('future', -3, safetyTags('app')),
		taken('backup', 400, stackTags('app', new Date(now - 400 * day))),
	];
	const daily = Array.from({ length: 20 }, (_, ago) => new Date(now - ago * day).toISOString());
	const expired = (backups: readonly string[]) =>
		expiredSafety(snapshots, now, ['needed'], backups).map(({ id }) => id);
	expect(expired(daily)).toEqual(['old', 'other stack']);
	// A clock that jumps ahead brings no days with backups: nothing expires by it.
	expect(expired(daily.slice(0, 3))).toEqual([]);
	expect(expired([])).toEqual([]);
});
