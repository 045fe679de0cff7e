import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRunId, newRunId } from '../../source/runs/run-id.ts';

const source = join(import.meta.dirname, '../../source/runs/run-id.ts');

test('F23: run ids made at once are ordered as they were made', () => {
	const now = new Date('2026-04-12T03:00:00.999Z');
	const ids = Array.from({ length: 5000 }, () => newRunId(now));
	expect(ids.toSorted()).toEqual(ids);
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids.every(isRunId)).toBe(true);
	expect(ids[0]).toMatch(/^20260412-030000-999000-[0-9a-f]{4}$/);
	expect(ids.at(-1)).toMatch(/^20260412-030001-003999-/);
});

test('F23: run ids of several processes within one second are ordered as they were made', () => {
	const script = `import { newRunId } from ${JSON.stringify(source)};
		for (let count = 0; count < 50; count += 1) console.log(newRunId(new Date()));`;
	const ids = Array.from({ length: 3 }, () =>
		execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim(),
	).flatMap((text) => text.split('\n'));
	expect(ids).toHaveLength(150);
	expect(ids.toSorted()).toEqual(ids);
});

test('ids follow a clock that was set back', () => {
	const ahead = newRunId(new Date('2027-06-01T00:00:00Z'));
	const back = newRunId(new Date('2026-05-01T00:00:00Z'));
	expect(ahead).toMatch(/^20270601-/);
	expect(back).toMatch(/^20260501-/);
});

test('ids of earlier versions are still ids, and sort by their second', () => {
	expect(isRunId('20260412-030000-4f2a')).toBe(true);
	for (const bad of ['20260412-030000', '20260412-030000-12-4f2a', '../20260412-030000-4f2a', ''])
		expect(isRunId(bad), bad).toBe(false);
	const mixed = ['20260412-025959-ffff', '20260412-030000-123004-4f2a', '20260412-030001-0000'];
	expect(mixed.toSorted()).toEqual(mixed);
});
