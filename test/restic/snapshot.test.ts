import { expect, test } from 'vitest';
import { latestOf, parseSnapshot, unreadableSnapshots } from '../../source/restic/snapshot.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const at = (time: string) =>
	parseSnapshot({ id: time.replace(/\D/g, ''), time, tags: null, paths: ['/x'] }, now);

test('the latest is never one from the future, however many there are', () => {
	const all = [
		at('2099-01-01T00:00:00Z'),
		at('2026-05-31T00:00:00Z'),
		at('2026-06-02T11:00:00Z'),
		at('2026-06-03T00:00:00Z'),
	];
	const { snapshot, future } = latestOf(all);
	expect(snapshot?.time).toBe(Date.parse('2026-06-02T11:00:00Z'));
	expect(future.map(({ time }) => new Date(time).getUTCFullYear())).toEqual([2099, 2026]);
	expect(latestOf([at('2099-01-01T00:00:00Z')]).snapshot).toBeUndefined();
});

test('snapshots of older versions have no summary and no tags', () => {
	expect(at('2026-05-31T00:00:00Z')).toMatchObject({ tags: [], future: false });
	expect(at('2026-05-31T00:00:00Z').summary).toBeUndefined();
});

test('unreadable snapshots are named by both ages; an unknown id is not one', () => {
	expect(
		unreadableSnapshots(
			[
				'Ignoring "97551fe853e745ef": failed to load snapshot 97551fe8: LoadRaw(<snapshot/97551fe853>): invalid data returned',
				'could not load snapshot 6e0665f8: load <snapshot/6e0665f8d1>: invalid data returned',
				'could not load snapshot 12345678: open /r/snapshots/12345678: no such file or directory',
				'Ignoring "deadbeef": no matching ID found for prefix "deadbeef"',
			].join('\n'),
		),
	).toEqual(['97551fe853e745ef', '6e0665f8']);
});
