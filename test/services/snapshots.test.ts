import { describe, expect, test } from 'vitest';
import { parseSnapshot } from '../../source/restic/snapshot.ts';
import { partTags, stackTags } from '../../source/restic/tags.ts';
import { orphanedParts } from '../../source/services/retention.ts';
import { groupByStack } from '../../source/services/snapshots.ts';

const now = Date.parse('2026-06-10T00:00:00Z');
const snapshot = (tags: readonly string[], time = '2026-06-01T00:00:00Z') =>
	parseSnapshot({ id: tags.join(), time, tags, paths: [] }, now);
const at = new Date(2026, 5, 1);

test('snapshots are grouped by stack, those of the older program among them', () => {
	const mine = snapshot(stackTags('web', at, 'aa'));
	const older = snapshot(['docker-backup', 'selective-backup', 'web', '2019-01-01']);
	const foreign = snapshot(['laptop']);
	const part = snapshot(partTags('web', 'data', 'aa'));
	const { stacks, others } = groupByStack([mine, older, foreign, part, snapshot(stackTags('a,b', at))]);
	expect(stacks.map(({ stack, snapshots }) => [stack, snapshots.length])).toEqual([
		['a,b', 1],
		['web', 2],
	]);
	expect(others).toEqual([foreign, part]);
});

describe('parts of snapshots', () => {
	const main = snapshot(stackTags('web', at, 'aa'));
	const part = (set: string, time?: string) => snapshot(partTags('web', 'data', set), time);

	test('stay with their snapshot and go with it', () => {
		expect(orphanedParts([part('aa'), part('bb')], [main], now)).toEqual([part('bb')]);
	});

	test('are left alone while their own backup may still go on', () => {
		expect(orphanedParts([part('cc', '2026-06-09T12:00:00Z')], [main], now)).toEqual([]);
	});
});
