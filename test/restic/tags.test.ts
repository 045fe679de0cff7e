import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	partTags,
	setOfTags,
	stackOfTag,
	stackOfTags,
	stackTag,
	stackTags,
} from '../../source/restic/tags.ts';

const at = new Date(2026, 0, 9, 3, 0, 0);

test('tags are those of the older program', () => {
	expect(stackTags('immich', at)).toEqual(['docker-backup', 'selective-backup', 'immich', '2026-01-09']);
	expect(stackOfTags(['docker-backup', 'selective-backup', 'immich', '2026-01-09'])).toBe('immich');
	expect(stackOfTags(['something', 'else'])).toBeUndefined();
});

test('what restic would split, trim or confuse is encoded', () => {
	expect(stackTag('a,b')).toBe('a%2Cb');
	expect(stackTag(' a ')).toBe('%20a%20');
	expect(stackTag('docker-backup')).toBe('%64ocker-backup');
	expect(stackTag('2026-01-09')).toBe('%32026-01-09');
	expect(stackTag('100%')).toBe('100%');
});

test('every name comes back, and no tag is split or trimmed', () => {
	const name = fc.oneof(
		fc.string({ minLength: 1, unit: 'binary' }),
		fc.string({ minLength: 1, unit: fc.constantFrom('a', ',', '%', '2', 'C', ' ', 'docker-backup') }),
	);
	fc.assert(
		fc.property(name, (stack) => {
			const tag = stackTag(stack);
			expect(stackOfTag(tag)).toBe(stack);
			expect(tag).not.toContain(',');
			expect(tag.trim()).toBe(tag);
			expect(stackOfTags(stackTags(stack, at, 'abc'))).toBe(stack);
		}),
	);
});

test('a part never has the tag of its stack, and is joined to it by the set', () => {
	for (const stack of ['immich', 'part-immich', 'docker-backup']) {
		const part = partTags(stack, 'data', 'f00d');
		expect(part).not.toContain(stackTag(stack));
		expect(stackOfTags(part)).toBeUndefined();
		expect(setOfTags(part)).toBe(setOfTags(stackTags(stack, at, 'f00d')));
	}
});
