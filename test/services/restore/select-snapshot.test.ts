import { expect, test } from 'vitest';
import { safetyTags, stackTags } from '../../../source/restic/tags.ts';
import type { Snapshot } from '../../../source/restic/types.ts';
import { momentOf, selectSnapshot } from '../../../source/services/restore/select-snapshot.ts';

function snapshot(id: string, day: string, stack: string, part: Partial<Snapshot> = {}): Snapshot {
	const time = Date.parse(day);
	return {
		id: id.repeat(16).slice(0, 64),
		shortId: id.repeat(2).slice(0, 8),
		time,
		tree: '',
		paths: [],
		hostname: 'here',
		username: 'root',
		tags: stackTags(stack, new Date(time)),
		future: false,
		...part,
	};
}

const list = [
	snapshot('aaaa', '2026-01-01T03:00:00', 'web'),
	snapshot('bbbb', '2026-01-02T03:00:00', 'web'),
	snapshot('cccc', '2026-01-02T12:00:00', 'web'),
	snapshot('dddd', '2026-01-03T03:00:00', 'db'),
	snapshot('eeee', '2099-01-03T03:00:00', 'web', { future: true }),
	snapshot('ffff', '2026-01-04T03:00:00', 'web', { tags: safetyTags('web') }),
];
const choose = (wanted?: string, stack = 'web') =>
	selectSnapshot(list, { stack, host: 'here', ...(wanted === undefined ? {} : { wanted }) }).shortId;

test('latest is the newest that is not dated in the future and not a safety snapshot', () => {
	expect(choose()).toBe('cccccccc');
	expect(choose('latest', 'db')).toBe('dddddddd');
});

test('a date is the last snapshot up to then', () => {
	expect(choose('2026-01-01')).toBe('aaaaaaaa');
	expect(choose('2026-01-02')).toBe('cccccccc');
	expect(choose('2026-01-02 04:00')).toBe('bbbbbbbb');
	expect(choose('2026-02-01')).toBe('cccccccc');
	expect(() => choose('2025-12-31')).toThrow(/no snapshot that old/);
	expect(momentOf('2026-02-30')).toBeUndefined();
	expect(momentOf('2026-01-02 03:04:05Z')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 999));
});

test('an id is taken when it is of this stack, also of a safety snapshot', () => {
	expect(choose('bbbb')).toBe('bbbbbbbb');
	expect(choose('ffffffff')).toBe('ffffffff');
	expect(choose('eeee')).toBe('eeeeeeee');
	expect(() => choose('dddd')).toThrow(/is of db, not of web/);
	expect(() => choose('0123')).toThrow(/no snapshot 0123/);
	expect(() => choose('yesterday')).toThrow(/neither an id, nor a date/);
});

test('an unknown stack is answered with the nearest', () => {
	expect(() => choose('latest', 'wep')).toThrow(expect.objectContaining({ hint: 'did you mean web?' }));
});

test('a stack of several hosts needs an id, unless this host is one of them', () => {
	const elsewhere = ['one', 'two'].map((hostname, index) =>
		snapshot(index === 0 ? '1111' : '2222', '2026-01-01T03:00:00', 'x', { hostname }),
	);
	expect(() => selectSnapshot(elsewhere, { stack: 'x', host: 'here' })).toThrow(/several hosts/);
	expect(selectSnapshot(elsewhere, { stack: 'x', host: 'two' }).shortId).toBe('22222222');
});
