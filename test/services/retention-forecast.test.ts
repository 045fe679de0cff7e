import { expect, test } from 'vitest';
import type { Snapshot } from '../../source/restic/types.ts';
import { forecastRemoved } from '../../source/services/retention-forecast.ts';

const at = (text: string) => ({ id: text, time: new Date(text).getTime() }) as unknown as Snapshot;
const now = new Date('2026-06-10T03:00').getTime();

test('the snapshot to come pushes out the oldest day', () => {
	const plan = { kept: [at('2026-06-08T03:00'), at('2026-06-09T03:00')], removed: [] };
	expect(forecastRemoved(plan, { daily: 2 }, now)?.map(({ id }) => id)).toEqual(['2026-06-08T03:00']);
});

test('an earlier one of the same day is replaced; weeks and months keep theirs', () => {
	const plan = {
		kept: [at('2026-05-31T03:00'), at('2026-06-07T03:00'), at('2026-06-10T01:00')],
		removed: [at('2026-06-06T03:00')],
	};
	const removed = forecastRemoved(plan, { daily: 1, weekly: 2, monthly: 2 }, now);
	expect(removed?.map(({ id }) => id)).toEqual(['2026-06-06T03:00', '2026-06-10T01:00']);
});

test('a policy that is not understood is not guessed at', () => {
	expect(forecastRemoved({ kept: [], removed: [at('2026-06-09T03:00')] }, { daily: 5 }, now)).toBeUndefined();
});
