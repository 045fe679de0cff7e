import { expect, test } from 'vitest';
import { incompleteTag, notQuiescedTag, shrunkTag, stackTags } from '../../source/restic/tags.ts';
import type { Snapshot } from '../../source/restic/types.ts';
import { spare } from '../../source/services/retention-spare.ts';

const now = Date.UTC(2026, 5, 10, 3);
const minute = 60_000;
const taken = (id: string, minutesAgo: number, ...more: string[]) =>
	({
		id,
		time: now - minutesAgo * minute,
		tags: [...stackTags('app', new Date(now)), ...more],
	}) as unknown as Snapshot;
const ids = (list: readonly Snapshot[]) => list.map(({ id }) => id);

test('T21: what this run has made stays, also when another snapshot of the day is dated ahead', () => {
	const plan = { kept: [taken('ahead', -8)], removed: [taken('old', 2000), taken('mine', 0)] };
	const result = spare(plan, { made: ['mine'], now });
	expect(ids(result.kept)).toEqual(['mine', 'ahead']);
	expect(ids(result.removed)).toEqual(['old']);
	expect(ids(result.spared)).toEqual(['mine']);
});

test('T21: without a snapshot of this run, the newest one that is not dated ahead stays', () => {
	const plan = { kept: [taken('ahead', -8)], removed: [taken('older', 20), taken('newest', 5)] };
	expect(ids(spare(plan, { made: [], now }).removed)).toEqual(['older']);
});

test.each([notQuiescedTag, shrunkTag, incompleteTag])('a snapshot with %s takes the place of none', (tag) => {
	const plan = {
		kept: [taken('today', 1), taken('bad', 1440, tag)],
		removed: [taken('first', 1700), taken('good', 1500)],
	};
	expect(ids(spare(plan, { made: ['today'], now }).removed)).toEqual(['first']);
});

test('nothing is spared where every snapshot can be relied on', () => {
	const plan = { kept: [taken('b', 0)], removed: [taken('a', 10)] };
	expect(spare(plan, { made: ['b'], now })).toEqual({ ...plan, spared: [] });
});
