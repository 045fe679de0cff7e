import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createHeldBackList, type HeldBack } from '../../../source/services/backup/shrink.ts';

const size = { snapshot: 'abc', files: 10, bytes: 100_000 };
const entry = (stack: string): HeldBack => ({
	stack,
	since: '2026-01-01T00:00:00.000Z',
	good: size,
	shrunk: { ...size, files: 1 },
});

function list() {
	const directory = mkdtempSync(join(tmpdir(), 'bt-held-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	return { file: join(directory, 'held-back.json'), held: createHeldBackList(directory) };
}

test('held back stacks are remembered until they are cleared', () => {
	const { held } = list();
	expect(held.all()).toEqual([]);
	held.put(entry('a'));
	held.put(entry('b'));
	held.clear('a');
	expect(held.all()).toEqual([entry('b')]);
});

test('a list that cannot be read is not an empty one, and is not written over', () => {
	const { file, held } = list();
	held.put(entry('a'));
	const whole = readFileSync(file, 'utf8');
	for (const spoilt of [whole.slice(0, -20), '', 'null', '{}', '{"stacks":[null]}', '{"stacks":"a"}']) {
		writeFileSync(file, spoilt);
		expect(() => held.all(), spoilt).toThrow(/cannot be read/);
		expect(() => held.put(entry('b')), spoilt).toThrow(/cannot be read/);
		expect(readFileSync(file, 'utf8')).toBe(spoilt);
	}
});
