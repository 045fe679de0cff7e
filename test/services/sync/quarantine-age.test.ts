import { expect, test } from 'vitest';
import { countedTime } from '../../../source/services/sync/quarantine-age.ts';

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.parse('2026-03-20T03:00:00Z');
const at = (day: number) => ({ at: new Date(start + day * dayMs).toISOString() });

/** Syncs on these days, counted one after the other. */
function count(days: readonly number[]): number {
	let clock: { at: number; days: number } | undefined;
	const history: { at: string }[] = [];
	for (const day of days) {
		clock = countedTime(clock, history, start + day * dayMs).clock;
		history.unshift(at(day));
	}
	return clock?.days ?? 0;
}

test('days are counted from sync to sync', () => {
	expect(count([0, 1, 2, 3])).toBeCloseTo(3);
	expect(count([0, 0.1, 0.2, 1.2])).toBeCloseTo(1.2);
	expect(count([0, 7, 14, 21, 28, 35, 42, 49])).toBeGreaterThan(15);
});

test('T12: one jump of the clock, ahead or back, counts as one pause at most, and says so', () => {
	expect(count([0, 1, 2, 402])).toBeCloseTo(3);
	expect(count([0, 1, 2, 402, 403, 404])).toBeCloseTo(5);
	expect(count([0, 1, 2, 402, 3, 4])).toBeCloseTo(4);
	expect(count([0, 1, 2, -5000, -4999])).toBeCloseTo(3);
	expect(count([0, 7, 14, 21, 28, 428])).toBeLessThanOrEqual(count([0, 7, 14, 21, 28]) + 7);
	expect(count([0, 0, 400, 0, -3000, 0, 400])).toBeLessThan(4);
	const last = { at: start, days: 5 };
	expect(countedTime(last, [], start + 400 * dayMs).doubt).toMatchObject({ level: 'warn' });
	expect(countedTime(last, [], start - 2 * dayMs).doubt?.text).toContain('2 days before the last sync');
	expect(countedTime(last, [], start + dayMs).doubt).toBeUndefined();
});
