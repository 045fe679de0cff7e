import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownIdentity } from '../../source/process/proc.ts';
import { createJournal, type JournalEntry } from '../../source/runs/journal.ts';

let directory: string;
beforeEach(() => {
	directory = join(mkdtempSync(join(tmpdir(), 'journal-')), 'journal');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

const entry = (stack: string, writtenAt = '2026-01-01T00:00:00.000Z'): JournalEntry<{ ids: string[] }> => ({
	v: 1,
	stack,
	name: stack,
	run: '20260101-000000-abcd',
	owner: ownIdentity(),
	writtenAt,
	method: 'down',
	timeoutSeconds: 300,
	inventory: { ids: ['a'] },
});

describe('the journal', () => {
	test('gives back what was written, oldest first, until it is struck', () => {
		const journal = createJournal<{ ids: string[] }>(directory);
		journal.write(entry('/srv/$(touch pwned)', '2026-01-02T00:00:00.000Z'));
		journal.write(entry('--option'));
		expect(journal.read().entries.map((e) => e.stack)).toEqual(['--option', '/srv/$(touch pwned)']);
		journal.strike('--option');
		journal.strike('--option');
		expect(journal.read().entries).toEqual([entry('/srv/$(touch pwned)', '2026-01-02T00:00:00.000Z')]);
	});

	test('is private and leaves no temporary file', () => {
		createJournal(directory).write(entry('a'));
		const [file, ...others] = readdirSync(directory);
		expect(others).toEqual([]);
		expect(statSync(directory).mode & 0o777).toBe(0o700);
		expect(statSync(join(directory, file as string)).mode & 0o777).toBe(0o600);
	});

	test('a file cut at any byte is reported as damaged, never thrown, never taken for an entry', () => {
		const journal = createJournal(directory);
		journal.write(entry('a'));
		const path = join(directory, readdirSync(directory)[0] as string);
		const whole = readFileSync(path);
		for (let length = 0; length < whole.length - 2; length += 1) {
			writeFileSync(path, whole.subarray(0, length));
			expect(journal.read()).toEqual({ entries: [], damaged: [path] });
		}
	});

	test('is empty where there is no directory', () => {
		expect(createJournal(directory).read()).toEqual({ entries: [], damaged: [] });
	});
});
