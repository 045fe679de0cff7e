import { expect, test } from 'vitest';
import { acceptedTag, shrunkTag, stackTags } from '../../../source/restic/tags.ts';
import type { Snapshot } from '../../../source/restic/types.ts';
import { alarmsIn, lastGoodSize } from '../../../source/services/backup/shrink-alarms.ts';

let clock = 0;
const taken = (id: string, files: number, ...more: string[]) => {
	clock += 1000;
	return {
		id,
		time: clock,
		tags: [...stackTags('app', new Date(clock)), ...more],
		summary: { totalFiles: files, totalBytes: files * 100_000 },
		future: false,
	} as unknown as Snapshot;
};

test('T13: the last good size is told from the snapshots, past those that shrank', () => {
	expect(lastGoodSize([taken('a', 100), taken('b', 90), taken('c', 3, shrunkTag)], 50)?.snapshot).toBe('b');
	// Never judged: the run that made it was killed.
	expect(lastGoodSize([taken('a', 100), taken('killed', 3)], 50)?.snapshot).toBe('a');
	expect(lastGoodSize([taken('a', 100), taken('less', 3, acceptedTag), taken('b', 4)], 50)?.snapshot).toBe(
		'b',
	);
	expect(lastGoodSize([], 50)).toBeUndefined();
});

test('T13: a stack is held back while its newest snapshot has the mark', () => {
	const [good, bad] = [taken('good', 100), taken('bad', 2, shrunkTag)];
	expect(alarmsIn([good, bad], 50)).toMatchObject([{ stack: 'app', good: { snapshot: 'good' } }]);
	expect(alarmsIn([good, bad, taken('again', 101)], 50)).toEqual([]);
	expect(alarmsIn([good], 50)).toEqual([]);
});
