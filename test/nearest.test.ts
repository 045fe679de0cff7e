import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../source/nearest.ts';

test.each([
	['bakup', ['backup', 'restore'], 'backup'],
	['jbos', ['jobs', 'json'], 'jobs'],
	['KEEP_DAYLY', ['KEEP_DAILY', 'KEEP_YEARLY'], 'KEEP_DAILY'],
	['snap', ['snapshots', 'stacks'], 'snapshots'],
	['xyz', ['backup', 'restore'], undefined],
	['', ['backup'], undefined],
])('%s', (name, candidates, expected) => {
	expect(nearest(name, candidates)).toBe(expected);
});

test('distance is symmetric, zero only for equals, one for a swap', () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
			expect(editDistance(a, b)).toBe(editDistance(b, a));
			expect(editDistance(a, b) === 0).toBe(a === b);
		}),
	);
	expect(editDistance('ab', 'ba')).toBe(1);
});
