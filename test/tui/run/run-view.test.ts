import { expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../../source/runs/events.ts';
import { applyRunEvents, emptyRunView } from '../../../source/tui/run/run-view.ts';
import { currentStack, downStacks, stackProgress, totalDowntime } from '../../../source/tui/run/summary.ts';

const start = Date.parse('2026-04-16T03:00:00.000Z');

function events(...bodies: readonly (readonly [number, EventBody])[]): RunEvent[] {
	return bodies.map(([second, body], index) => ({
		v: 1,
		ts: new Date(start + second * 1000).toISOString(),
		run: 'r',
		seq: index + 1,
		...body,
	}));
}

const backup = events(
	[
		0,
		{
			type: 'run-start',
			command: 'backup',
			version: '1',
			pid: 7,
			trigger: 'timer',
			dryRun: false,
			arguments: [],
		},
	],
	[
		1,
		{
			type: 'plan',
			stacks: [
				{ stack: 'a', state: 'running', method: 'down', expectedDowntimeMs: 5000 },
				{ stack: 'b', state: 'running', method: 'down' },
			],
		},
	],
	[2, { type: 'stack-start', stack: 'a', state: 'running', method: 'down' }],
	[3, { type: 'downtime-start', stack: 'a' }],
	[3, { type: 'phase-start', stack: 'a', phase: 'down' }],
	[5, { type: 'phase-end', stack: 'a', phase: 'down', ok: true, ms: 2000 }],
	[5, { type: 'phase-start', stack: 'a', phase: 'copy' }],
	[
		7,
		{
			type: 'progress',
			stack: 'a',
			phase: 'copy',
			bytesDone: 50,
			bytesTotal: 100,
			filesDone: 1,
			filesTotal: 2,
			bytesPerSecond: 25,
		},
	],
	[9, { type: 'phase-end', stack: 'a', phase: 'copy', ok: true, ms: 4000 }],
	[10, { type: 'snapshot', stack: 'a', id: 'abc', files: 2, bytes: 100, addedBytes: 10, partial: false }],
	[12, { type: 'downtime-end', stack: 'a', ms: 9000, up: true }],
	[
		20,
		{
			type: 'run-end',
			exitCode: 0,
			ms: 20_000,
			ok: 1,
			failed: 0,
			skipped: 0,
			addedBytes: 10,
			downtimeMs: 9000,
			problems: [],
		},
	],
);

test('while a stack is down its clock runs; once it is up the event has the last word', () => {
	const during = applyRunEvents(emptyRunView('r'), backup.slice(0, 8));
	expect(downStacks(during).map((one) => one.stack)).toEqual(['a']);
	expect(currentStack(during)?.stack).toBe('a');
	expect(totalDowntime(during, start + 8000)).toBe(5000);
	expect(during.rates).toEqual([25]);
	const after = applyRunEvents(during, backup.slice(8, 11));
	expect(downStacks(after)).toEqual([]);
	expect(totalDowntime(after, start + 60_000)).toBe(9000);
	expect(after.progress).toBeUndefined();
	expect(stackProgress(after)).toBe('1/2');
});

test('events read twice are counted once, and pieces of any size give the same picture', () => {
	const whole = applyRunEvents(emptyRunView('r'), backup);
	let pieces = emptyRunView('r');
	for (const event of backup) pieces = applyRunEvents(applyRunEvents(pieces, [event]), [event]);
	expect(pieces).toEqual(whole);
	expect(whole.exitCode).toBe(0);
});

test('a stack that is not up again stays marked', () => {
	const view = applyRunEvents(
		emptyRunView('r'),
		events(
			[0, { type: 'downtime-start', stack: 'a' }],
			[5, { type: 'downtime-end', stack: 'a', ms: 5000, up: false }],
		),
	);
	expect(downStacks(view)).toHaveLength(1);
});

test('five hundred lines of the command log are kept, however many there were', () => {
	const many = Array.from(
		{ length: 20_000 },
		(_, index): RunEvent => ({
			v: 1,
			ts: new Date(start + index).toISOString(),
			run: 'r',
			seq: index + 1,
			type: 'message',
			level: 'warn',
			text: String(index),
		}),
	);
	const began = performance.now();
	const view = applyRunEvents(emptyRunView('r'), many);
	expect(view.log).toHaveLength(500);
	expect(view.warnings).toBe(20_000);
	expect(performance.now() - began).toBeLessThan(1000);
});
