import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexShrank } from '../../../source/services/sync/index-shrank.ts';
import { expectedHash, kindOfPath, sortFiles } from '../../../source/services/sync/layout.ts';
import {
	exceedsLimit,
	measureShrinkage,
	parseDeleteLimit,
} from '../../../source/services/sync/max-delete.ts';
import { nothingToDo, planMirror } from '../../../source/services/sync/plan.ts';
import { backoffMs } from '../../../source/services/sync/retry.ts';
import { batches } from '../../../source/services/sync/upload.ts';

const id = (seed: number) => seed.toString(16).padStart(64, '0');
const pack = (seed: number) => `data/${id(seed).slice(0, 2)}/${id(seed)}`;
const repository = (
	packs: readonly number[],
	snapshots: readonly number[],
	index: readonly (readonly [number, number])[] = [[1, 100]],
) =>
	sortFiles([
		['config', 155],
		[`keys/${id(7)}`, 400],
		...packs.map((seed): [string, number] => [pack(seed), 1000]),
		...snapshots.map((seed): [string, number] => [`snapshots/${id(seed)}`, 300]),
		...index.map(([seed, size]): [string, number] => [`index/${id(seed)}`, size]),
	]);
const range = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + at);

test.each([
	[pack(3), 'data'],
	[`data/ff/${id(3)}`, 'strange'],
	[`${pack(3)}-tmp-1234`, 'temporary'],
	[`${pack(3)}.1a2b3c4d.partial`, 'temporary'],
	[`${pack(3)}.locked`, 'strange'],
	[`snapshots/${id(1)}`, 'snapshots'],
	['config', 'config'],
	['locks/abc', 'lock'],
	['quarantine/2026-01-01/config', 'ours'],
	['holiday.jpg', 'strange'],
	['data/.nfs0001', 'temporary'],
])('%s is %s', (path, kind) => {
	expect(kindOfPath(path)).toBe(kind);
});

test('the hash a file must have is its name', () => {
	expect(expectedHash(pack(9))).toBe(id(9));
	expect(expectedHash('config')).toBeUndefined();
});

test('equal sides: nothing to do; what is missing or cut goes up; what is gone goes away, never the config', () => {
	expect(nothingToDo(planMirror(repository([1, 2], [1]), repository([1, 2], [1])))).toBe(true);
	const cut = sortFiles([
		[pack(1), 10],
		[pack(9), 1000],
		['config', 155],
	]);
	const plan = planMirror(repository([1, 2], [1]), cut);
	expect([...plan.uploads.data.keys()]).toEqual([pack(1), pack(2)]);
	expect(plan.resized).toEqual([pack(1)]);
	expect(plan.deletes.data).toEqual([pack(9)]);
	expect(planMirror(sortFiles([]), repository([1], [1])).deletes.config).toEqual([]);
});

test.each([
	['10%', { kind: 'share', percent: 10 }],
	['0.5%', { kind: 'share', percent: 0.5 }],
	['100', { kind: 'files', files: 100 }],
	['0', { kind: 'files', files: 0 }],
])('limit %s', (text, limit) => {
	expect(parseDeleteLimit(text)).toEqual(limit);
});

test.each(['', '-1', '101%', 'ten', '1.5', '10%%'])('limit %j is refused', (text) => {
	expect(() => parseDeleteLimit(text)).toThrow(/--max-delete/);
});

const exceeds = (here: ReturnType<typeof repository>, there: ReturnType<typeof repository>, limit: string) =>
	exceedsLimit(measureShrinkage(planMirror(here, there), there.files), parseDeleteLimit(limit));

test('a repack that takes half of the packs and brings as much is no shrinkage; the count still counts', () => {
	const there = repository(range(20), range(10));
	const here = repository([...range(10), ...range(10, 100)], range(10));
	expect(exceeds(here, there, '10%')).toBeUndefined();
	expect(exceeds(here, there, '9')).toMatch(/10 snapshots and packs/);
});

test('daily retention, one snapshot for one, is no shrinkage; losing two of ten is', () => {
	const there = repository(range(20), range(10));
	expect(exceeds(repository(range(20), [...range(9), 50]), there, '10%')).toBeUndefined();
	expect(exceeds(repository(range(20), range(9)), there, '5%')).toBeUndefined();
	expect(exceeds(repository(range(20), range(8)), there, '10%')).toMatch(/20.0% fewer snapshots/);
	expect(exceeds(repository(range(17), range(10)), there, '10%')).toMatch(/shrink by 15.0%/);
	expect(exceeds(repository(range(17), range(10)), there, '15%')).toBeUndefined();
});

test('an index that shrinks more than its packs looks lost; one that was written anew does not', () => {
	const there = repository(
		range(20),
		[1],
		[
			[1, 500],
			[2, 500],
		],
	);
	const shrank = (here: ReturnType<typeof repository>) => indexShrank(planMirror(here, there), there);
	expect(shrank(repository(range(20), [1], [[1, 500]]))).toBe(true);
	expect(shrank(repository(range(20), [1], [[3, 980]]))).toBe(false);
	expect(shrank(repository(range(10), [1], [[3, 510]]))).toBe(false);
	expect(
		shrank(
			repository(
				range(21),
				[1],
				[
					[1, 500],
					[2, 500],
					[3, 50],
				],
			),
		),
	).toBe(false);
});

test('pauses double, with up to half of each at random, and stay under five minutes', () => {
	expect([1, 2, 3].map((attempt) => backoffMs(attempt, 0))).toEqual([2000, 4000, 8000]);
	expect(backoffMs(1, 0.999)).toBeLessThanOrEqual(4000);
	expect(backoffMs(30, 0.999)).toBeLessThanOrEqual(300_000);
});

test('batches keep every file once, in order, and within the limit where they can', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 60 }), (sizes, limit) => {
			const files = new Map(sizes.map((size, at) => [`f${at}`, size]));
			const all = batches(files, limit);
			expect(all.flat()).toEqual([...files.keys()]);
			for (const batch of all) {
				const bytes = batch.reduce((sum, path) => sum + (files.get(path) ?? 0), 0);
				expect(batch.length === 1 || bytes <= limit).toBe(true);
			}
		}),
	);
});
