import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDutyListener, type DutyRun, loadDuties, pruneDuties } from '../../source/runs/duties.ts';
import { createEventBus } from '../../source/runs/event-bus.ts';
import type { EventBody } from '../../source/runs/events.ts';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'duties-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const runEnd = (exitCode: number, code?: string): EventBody => ({
	type: 'run-end',
	exitCode,
	ms: 1,
	ok: 0,
	failed: 0,
	skipped: 0,
	addedBytes: 0,
	downtimeMs: 0,
	problems: code === undefined ? [] : [{ code, message: `because of ${code}` }],
});
const phase = (name: 'retention' | 'prune' | 'check' | 'sync', code?: string, stack?: string): EventBody => ({
	type: 'phase-end',
	phase: name,
	ok: code === undefined,
	ms: 1,
	...(stack === undefined ? {} : { stack }),
	...(code === undefined ? {} : { problem: { code, message: code } }),
});
const stackEnd = (stack: string, outcome: 'ok' | 'failed' | 'skipped'): EventBody => ({
	type: 'stack-end',
	stack,
	outcome,
	ms: 1,
	problems: [],
});
const interrupted: EventBody = { type: 'interrupted', signal: 'SIGINT', owed: [] };

async function noted(run: Partial<DutyRun>, ...events: readonly EventBody[]) {
	const bus = createEventBus('run', () => new Date());
	bus.subscribe(createDutyListener(directory, { command: 'backup', arguments: [], subjects: [], ...run }));
	for (const event of events) bus.emit(event);
	return (await loadDuties(directory)).map(
		({ duty, subject, ok }) => `${duty} ${subject || '-'} ${ok ? 'ok' : 'failed'}`,
	);
}

test.each<[string, Partial<DutyRun>, readonly EventBody[], readonly string[]]>([
	['a backup that went well notes nothing', {}, [stackEnd('a', 'ok'), runEnd(0)], []],
	['one that failed before any stack', {}, [runEnd(1, 'repository-password')], ['backup * failed']],
	[
		'one of two stacks',
		{ subjects: ['a', 'b'] },
		[runEnd(2, 'no-space')],
		['backup a failed', 'backup b failed'],
	],
	['a stack that failed is in the history', {}, [stackEnd('a', 'failed'), runEnd(2, 'copy-failed')], []],
	[
		'a stack that was left out',
		{},
		[stackEnd('a', 'ok'), stackEnd('b', 'skipped'), runEnd(2)],
		['backup b failed'],
	],
	['a mistyped name', {}, [runEnd(64, 'stack-unknown')], []],
	['a lock that is held', {}, [runEnd(75, 'lock-held')], []],
	['a repository that is locked', {}, [runEnd(75, 'repository-locked')], ['backup * failed']],
	['Ctrl-C', {}, [interrupted, stackEnd('a', 'skipped'), runEnd(130, 'interrupted-int')], []],
	[
		'a sync after a good backup that never began',
		{ arguments: ['backup', '--sync'] },
		[stackEnd('a', 'ok'), runEnd(69, 'tool-missing')],
		['sync * failed'],
	],
	[
		'retention of each stack',
		{},
		[
			stackEnd('a', 'ok'),
			phase('retention', undefined, 'a'),
			phase('retention', 'retention-failed', 'b'),
			runEnd(2),
		],
		['retention a ok', 'retention b failed'],
	],
	['a check that is not due says nothing about checks', {}, [phase('check'), runEnd(0)], []],
	[
		'a check that failed',
		{ command: 'check' },
		[phase('check', 'check-failed'), runEnd(8, 'check-failed')],
		['check - failed'],
	],
	[
		'a check that could not begin',
		{ command: 'check' },
		[runEnd(1, 'repository-password')],
		['check - failed'],
	],
	['a prune', { command: 'prune' }, [phase('prune'), runEnd(0)], ['prune - ok']],
	['a command that is no duty', { command: 'restore' }, [runEnd(4, 'restore-failed')], []],
])('%s', async (_, run, events, lines) => {
	expect(await noted(run, ...events)).toEqual(lines);
});

test('the file keeps the newest outcome of each duty, and lines that cannot be read do no harm', async () => {
	const line = (subject: string, at: number, ok: boolean) =>
		JSON.stringify({ at: new Date(at).toISOString(), run: 'r', duty: 'retention', subject, ok });
	const lines = Array.from({ length: 5000 }, (_, index) => line('a', index, index % 2 === 0));
	writeFileSync(join(directory, 'duties.ndjson'), `${line('b', 1, false)}\nnonsense\n${lines.join('\n')}\n`);
	pruneDuties(directory);
	const kept = await loadDuties(directory);
	expect(kept.map(({ subject, ok, at }) => [subject, ok, Date.parse(at)])).toEqual([
		['b', false, 1],
		['a', true, 4998],
		['a', false, 4999],
	]);
});
