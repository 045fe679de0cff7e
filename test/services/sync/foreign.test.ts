import { expect, test } from 'vitest';
import { findForeign, type LeavingInput } from '../../../source/services/sync/foreign.ts';

const now = 1000;
const snapshot = (id: string, time: number, origin = id) => ({ id, time, hostname: 'nas', origin });
const path = (id: string) => `snapshots/${id}`;
/** Snapshots are named after their times. */
const list = (...times: number[]) => times.map((time) => snapshot(`s${time}`, time));
const judge = (changes: Partial<LeavingInput>) =>
	findForeign({ leaving: [], seen: () => true, here: [], there: [], now, ...changes }).map(
		({ path: at, why }) => `${why} ${at}`,
	);

test('T11: what was never here, and what is newer than all that is known to have been here, is foreign', () => {
	const there = list(1, 2, 3, 4);
	const seen = (at: string) => at !== path('s4');
	expect(judge({ leaving: [path('s4')], seen, here: list(1, 2, 3), there })).toEqual(['never snapshots/s4']);
	expect(judge({ leaving: [path('s3'), path('s4')], here: list(1, 2), there })).toEqual([
		'newer snapshots/s3',
		'newer snapshots/s4',
	]);
	// A backup after the repository was put back is newer, and was not here at any sync.
	const known = new Set([1, 2, 3, 4].map((time) => path(`s${time}`)));
	const put = {
		leaving: [path('s3'), path('s4')],
		here: list(1, 2, 9),
		there,
		seen: (at: string) => known.has(at),
	};
	expect(judge(put)).toHaveLength(2);
	expect(judge({ ...put, leaving: ['keys/k'], seen: () => false })).toEqual(['never keys/k']);
});

test('what plain restic forgot, or wrote anew under another id, may go', () => {
	const there = list(1, 2, 3);
	expect(judge({ leaving: [path('s1'), path('s2')], here: list(3, 4), there })).toEqual([]);
	// None is in both, but one that an interrupted sync has seen is newer.
	const seen = (at: string) => at !== path('s5');
	expect(judge({ leaving: [path('s3')], here: list(4, 5), there: list(3), seen })).toEqual([]);
	expect(judge({ leaving: [path('s3')], here: [snapshot('t3', 3, 's3')], there, seen: () => false })).toEqual(
		[],
	);
});

test('a snapshot from the future, and a remote that cannot be listed, excuse nothing', () => {
	expect(judge({ leaving: [path('s3')], here: list(1, 5000), there: list(1, 3, 5000) })).toEqual([
		'newer snapshots/s3',
	]);
	expect(judge({ leaving: [path('s1')], here: list(2), there: undefined })).toEqual(['newer snapshots/s1']);
	expect(judge({ leaving: [path('s3')], here: list(4), there: list(3, 4), now: 0 })).toEqual([
		'newer snapshots/s3',
	]);
});
