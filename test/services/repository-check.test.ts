import { describe, expect, test } from 'vitest';
import { isCheckDue, type LastCheck, nextShare } from '../../source/services/repository-check.ts';

const now = Date.parse('2026-06-10T00:00:00Z');
const last = (more: Partial<LastCheck> = {}): LastCheck => ({
	v: 1,
	repository: 'r',
	at: '2026-06-08T00:00:00Z',
	ok: true,
	errors: [],
	...more,
});

describe('a check is due', () => {
	test('after so many days, and never with 0', () => {
		expect(isCheckDue(last(), 'r', 3, now)).toBe(false);
		expect(isCheckDue(last(), 'r', 2, now)).toBe(true);
		expect(isCheckDue(undefined, 'r', 7, now)).toBe(true);
		expect(isCheckDue(undefined, 'r', 0, now)).toBe(false);
	});

	test('when the last one failed, was of another repository, or is dated in the future', () => {
		expect(isCheckDue(last({ ok: false }), 'r', 7, now)).toBe(true);
		expect(isCheckDue(last(), 'other', 7, now)).toBe(true);
		expect(isCheckDue(last({ at: '2099-01-01T00:00:00Z' }), 'r', 7, now)).toBe(true);
		expect(isCheckDue(last({ at: 'nonsense' }), 'r', 7, now)).toBe(true);
	});
});

describe('the share of the data', () => {
	test('goes round, so that everything is read in the end', () => {
		const seen: number[] = [];
		let record = last();
		for (let index = 0; index < 12; index += 1) {
			const share = nextShare(record, 20);
			if (share === undefined) throw new Error('no share');
			seen.push(share.part);
			record = last({ parts: share.parts, nextPart: (share.part % share.parts) + 1 });
		}
		expect(seen).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]);
	});

	test('begins anew when its size is changed; all and nothing are no shares', () => {
		expect(nextShare(last({ parts: 5, nextPart: 4 }), 10)).toEqual({ part: 1, parts: 10 });
		expect(nextShare(last({ parts: 5, nextPart: 9 }), 20)).toEqual({ part: 1, parts: 5 });
		expect(nextShare(undefined, 100)).toEqual({ part: 1, parts: 1 });
		expect(nextShare(undefined, 0)).toBeUndefined();
	});
});
