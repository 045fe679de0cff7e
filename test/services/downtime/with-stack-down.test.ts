import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Journal, openJournal } from '../../../source/runs/journal.ts';
import type { Run } from '../../../source/services/conduct-run.ts';
import { type StackScope, withStackDown } from '../../../source/services/downtime/with-stack-down.ts';

let journal: Journal<object>;
let happened: string[];

beforeEach(() => {
	const directory = mkdtempSync(join(tmpdir(), 'scope-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	journal = openJournal(join(directory, 'journal'));
	happened = [];
});

const run = {
	signal: new AbortController().signal,
	tally: { downtimeMs: 0 },
	keepLocks: () => {},
	down: new Map(),
	session: {
		id: 'r',
		emit: (event: { type: string; phase?: string }) => {
			if (event.phase !== undefined) happened.push(`${event.type} ${event.phase}`);
		},
	},
} as unknown as Run;

const scope = (takeDown: StackScope<object>['takeDown']): StackScope<object> => ({
	key: 'app',
	name: 'app',
	method: 'down',
	timeoutSeconds: 5,
	inventory: {},
	takeDown,
	bringUp: async (interruptedSince) => {
		happened.push(interruptedSince === undefined ? 'brought up' : 'brought up after an interrupted down');
	},
});

const copy = async () => {
	happened.push('copy begins');
	await new Promise((resolve) => setTimeout(resolve, 20));
	happened.push('copy ends');
	return 'snapshot';
};

describe('a stack is down for a copy', () => {
	test('which begins when nothing runs any more; up waits for the end of down', async () => {
		const outcome = await withStackDown(
			run,
			journal,
			scope(async (_signal, onQuiet) => {
				onQuiet();
				await new Promise((resolve) => setTimeout(resolve, 60));
				happened.push('network is gone');
			}),
			copy,
		);
		expect(outcome).toMatchObject({ value: 'snapshot' });
		expect(happened).toEqual([
			...['phase-start down', 'phase-end down', 'copy begins', 'copy ends', 'network is gone'],
			...['phase-start up', 'brought up', 'phase-end up'],
		]);
		expect(journal.read().entries).toEqual([]);
	});

	test('which begins after down where nobody tells that it is quiet', async () => {
		await withStackDown(
			run,
			journal,
			scope(async () => {
				happened.push('network is gone');
			}),
			copy,
		);
		expect(happened.slice(0, 4)).toEqual([
			...['phase-start down', 'network is gone', 'phase-end down', 'copy begins'],
		]);
	});

	test('a down that fails before it is quiet: no copy, and up knows', async () => {
		const failing = scope(async () => Promise.reject(new Error('no')));
		const outcome = await withStackDown(run, journal, failing, copy);
		expect(outcome).toMatchObject({ error: new Error('no') });
		expect(happened).not.toContain('copy begins');
		expect(happened).toContain('brought up after an interrupted down');
	});

	test('a down that fails during the copy: the copy is told of with the error, and up knows', async () => {
		const failing = scope(async (_signal, onQuiet) => {
			onQuiet();
			throw new Error('no');
		});
		const outcome = await withStackDown(run, journal, failing, copy);
		expect(outcome).toMatchObject({ error: new Error('no'), value: 'snapshot' });
		expect(happened).toContain('brought up after an interrupted down');
	});

	test('a copy that fails: up comes all the same, after the end of down', async () => {
		const outcome = await withStackDown(
			run,
			journal,
			scope(async (_signal, onQuiet) => {
				onQuiet();
				await new Promise((resolve) => setTimeout(resolve, 20));
				happened.push('network is gone');
			}),
			async () => Promise.reject(new Error('full')),
		);
		expect(outcome).toMatchObject({ error: new Error('full') });
		expect(happened.slice(2)).toEqual(['network is gone', 'phase-start up', 'brought up', 'phase-end up']);
	});
});
