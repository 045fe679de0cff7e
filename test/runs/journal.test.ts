import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownIdentity } from '../../source/process/proc.ts';
import { type JournalEntry, openJournal, parseEntry } from '../../source/runs/journal.ts';
import { replaceEntry, strikeEntry, writeEntry } from '../../source/services/downtime/write-journal.ts';

let directory: string;
beforeEach(() => {
	directory = join(mkdtempSync(join(tmpdir(), 'journal-')), 'journal');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

const entry = (stack: string, writtenAt = '2026-01-01T00:00:00.000Z'): JournalEntry<{ ids: string[] }> => ({
	v: 2,
	stack,
	name: stack,
	run: '20260101-000000-abcd',
	owner: ownIdentity(),
	command: 'backup',
	since: writtenAt,
	writtenAt,
	wasUp: true,
	left: false,
	method: 'down',
	timeoutSeconds: 300,
	inventory: { ids: ['a'] },
	debt: { kind: 'up' },
});

describe('the journal', () => {
	test('gives back what was written, oldest first, until it is struck', () => {
		const journal = openJournal<{ ids: string[] }>(directory);
		writeEntry(directory, entry('/srv/$(touch pwned)', '2026-01-02T00:00:00.000Z'), true);
		writeEntry(directory, entry('--option'), false);
		expect(journal.read().entries.map((e) => e.stack)).toEqual(['--option', '/srv/$(touch pwned)']);
		strikeEntry(directory, '--option');
		strikeEntry(directory, '--option');
		expect(journal.read().entries).toEqual([entry('/srv/$(touch pwned)', '2026-01-02T00:00:00.000Z')]);
	});

	test('is private and leaves no temporary file', () => {
		writeEntry(directory, entry('a'), false);
		const [file, ...others] = readdirSync(directory);
		expect(others).toEqual([]);
		expect(statSync(directory).mode & 0o777).toBe(0o700);
		expect(statSync(join(directory, file as string)).mode & 0o777).toBe(0o600);
	});

	test('a file cut at any byte is reported as damaged, never thrown, never taken for an entry', () => {
		const journal = openJournal(directory);
		writeEntry(directory, entry('a'), false);
		const path = join(directory, readdirSync(directory)[0] as string);
		const whole = readFileSync(path);
		for (let length = 0; length < whole.length - 2; length += 1) {
			writeFileSync(path, whole.subarray(0, length));
			expect(journal.read()).toEqual({ entries: [], damaged: [path] });
		}
	});

	test('is empty where there is no directory', () => {
		expect(openJournal(directory).read()).toEqual({ entries: [], damaged: [] });
	});

	test('reads what older versions wrote: their flags are the debt', () => {
		const { debt: _debt, ...older } = { ...entry('app'), v: 1 };
		const restore = { what: 'restore', since: '2026-01-31', snapshot: 'abc', start: true };
		const debtOf = (flags: object) => parseEntry(JSON.stringify({ ...older, ...flags }))?.debt;
		expect(debtOf({})).toEqual({ kind: 'up' });
		expect(debtOf({ incomplete: restore })).toEqual({ kind: 'half-restored', restore });
		expect(debtOf({ incomplete: restore, copy: true })).toEqual({ kind: 'copy', restore });
		expect(debtOf({ copy: true })).toEqual({ kind: 'copy', restore: undefined });
		expect(debtOf({ incomplete: { what: 'restore' } })).toBeUndefined();
	});

	test('a debt it does not know, of a newer version, is damaged: nobody guesses what may be started', () => {
		expect(parseEntry(JSON.stringify({ ...entry('app'), debt: { kind: 'frozen' } }))).toBeUndefined();
		expect(parseEntry(JSON.stringify({ ...entry('app'), debt: undefined }))).toBeUndefined();
		expect(parseEntry(JSON.stringify({ ...entry('app'), v: 3 }))).toBeUndefined();
	});

	test('a debt changes in the room kept for it, again and again, and is whole at any moment', () => {
		const journal = openJournal<{ ids: string[] }>(directory);
		writeEntry(directory, entry('app'), true);
		const blocks = readdirSync(directory).map((name) => statSync(join(directory, name)).ino);
		for (let change = 1; change <= 5; change += 1) {
			const changed = { ...entry('app'), inventory: { ids: Array.from({ length: change * 9 }, String) } };
			replaceEntry(directory, changed);
			expect(journal.read()).toEqual({ entries: [changed], damaged: [] });
			expect(new Set(readdirSync(directory).map((name) => statSync(join(directory, name)).ino))).toEqual(
				new Set(blocks),
			);
		}
		strikeEntry(directory, 'app');
		expect(readdirSync(directory)).toEqual([]);
	});

	test('a debt changes also where no room was kept, and where the directory was removed', () => {
		const journal = openJournal(directory);
		writeEntry(directory, entry('app'), false);
		replaceEntry(directory, { ...entry('app'), method: 'stop' });
		expect(journal.read().entries).toMatchObject([{ method: 'stop' }]);
		rmSync(directory, { recursive: true });
		replaceEntry(directory, { ...entry('app'), method: 'down' });
		expect(journal.read().entries).toMatchObject([{ method: 'down' }]);
		rmSync(directory, { recursive: true });
		expect(() => strikeEntry(directory, 'app')).not.toThrow();
	});
});
