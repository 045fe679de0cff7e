import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { bootId, processStat } from '../../../source/process/proc.ts';
import { type Journal, openJournal } from '../../../source/runs/journal.ts';
import type { Run } from '../../../source/services/conduct-run.ts';
import { entryOf, owe, tryToOwe } from '../../../source/services/downtime/scope.ts';
import { writeEntry } from '../../../source/services/downtime/write-journal.ts';

let journal: Journal<object>;
beforeEach(() => {
	const directory = mkdtempSync(join(tmpdir(), 'scope-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	journal = openJournal(join(directory, 'journal'));
});

const stack = { key: 'app', name: 'app', method: 'down', timeoutSeconds: 5, inventory: {} };
const since = '2026-01-01T00:00:00.000Z';

function aRun(keepLocks: () => void = () => {}): Run {
	const session = { id: 'r', emit: () => {} };
	return { command: 'backup', session, keepLocks, down: new Map() } as unknown as Run;
}

/** Writes what another process owes: the one that runs these tests has a parent that lives. */
function otherOwes(left: boolean): void {
	const pid = process.ppid;
	const owner = { pid, startTime: processStat(pid)?.startTime ?? 0, bootId: bootId() };
	writeEntry(journal.directory, { ...entryOf(aRun(), stack, { kind: 'up' }, since), owner, left }, false);
}

test('a stack that another living run has in hand is not touched, and its entry stays', () => {
	otherOwes(false);
	const before = journal.read();
	expect(() => owe(aRun(), journal, stack, { kind: 'up' })).toThrow(/app is being changed: backup/);
	expect(() => tryToOwe(aRun(), journal, stack)).toThrow(/is being changed/);
	expect(journal.read()).toEqual(before);
});

test('a stack that a living run has left down may be brought up', () => {
	otherOwes(true);
	const run = aRun();
	const owed = owe(run, journal, stack, { kind: 'up' });
	expect([...run.down.keys()]).toEqual(['app']);
	owed.settled();
	expect(journal.read().entries).toEqual([]);
	expect(run.down.size).toBe(0);
});

test('a run that has lost its lock to another one touches nothing: what was owed before is owed as before', () => {
	const lost = aRun(() => {
		throw new Error('lost');
	});
	expect(() => owe(lost, journal, stack, { kind: 'up' })).toThrow('lost');
	expect(journal.read().entries).toEqual([]);
	otherOwes(true);
	const before = journal.read();
	expect(() => owe(lost, journal, stack, { kind: 'up' })).toThrow('lost');
	expect(journal.read()).toEqual(before);
});

test('a stack that never ran is none that is down at the end of a run', () => {
	const run = aRun();
	owe(run, journal, { ...stack, wasUp: false }, { kind: 'up' });
	owe(run, journal, { ...stack, key: 'copy' }, { kind: 'copy', restore: undefined });
	expect(run.down.size).toBe(0);
});
