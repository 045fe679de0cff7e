import { expect, test } from 'vitest';
import { leavingToSummary, sayingOnce } from '../../source/commands/tell-once.ts';
import type { EventBody, RunEvent } from '../../source/runs/events.ts';

const problem = (message: string) => ({ code: 'copy-failed', message, hint: 'a way on' });
const error = (text: string, stack?: string): EventBody => ({
	type: 'message',
	level: 'error',
	text,
	...(stack === undefined ? {} : { stack }),
});
const detail: EventBody = { type: 'message', level: 'debug', text: 'restic said ...' };
const info: EventBody = { type: 'message', level: 'info', text: 'going on' };
const end = (exitCode: number, ...messages: string[]): EventBody => ({
	type: 'run-end',
	exitCode,
	ms: 1,
	ok: 0,
	failed: 1,
	skipped: 0,
	addedBytes: 0,
	downtimeMs: 0,
	problems: messages.map(problem),
});

function printed(bodies: readonly EventBody[], summary: boolean): readonly EventBody[] {
	const seen: RunEvent[] = [];
	const isVisible = (event: RunEvent) => !(event.type === 'message' && event.level === 'debug');
	const listener = summary
		? leavingToSummary(
				(event) => seen.push(event),
				() => {},
				isVisible,
			)
		: sayingOnce((event) => seen.push(event), false);
	const events = bodies.map((body): RunEvent => ({ v: 1, ts: '', run: '', seq: 1, ...body }));
	for (const event of events) listener(event);
	return seen.map((event) => bodies[events.indexOf(event)] as EventBody);
}

test('F23: with a summary the error that ended the run is left to it, details of it in between or not', () => {
	expect(printed([info, error('no keys'), end(2, 'no keys')], true)).toEqual([info]);
	expect(printed([error('no keys'), detail, end(2, 'no keys')], true)).toEqual([]);
	expect(printed([error('no keys', 'app'), end(2, 'app: no keys')], true)).toEqual([]);
});

test('an error that the end of the run does not name is printed, as is one after which the run went on', () => {
	expect(printed([error('odd'), end(2, 'no keys')], true)).toEqual([error('odd')]);
	expect(printed([error('odd'), info, end(2, 'no keys')], true)).toEqual([error('odd'), info]);
});

test('F23: without a summary the step, the stack and the run name an error once', () => {
	const step: EventBody = {
		type: 'phase-end',
		phase: 'check',
		ok: false,
		ms: 1,
		problem: problem('no keys'),
	};
	const stackEnd: EventBody = {
		type: 'stack-end',
		stack: 'app',
		outcome: 'failed',
		ms: 1,
		problems: [problem('app: no keys')],
	};
	expect(printed([step, error('no keys'), detail, end(2, 'no keys')], false)).toEqual([step, detail]);
	expect(printed([stackEnd, end(2, 'app: no keys')], false)).toEqual([stackEnd]);
	expect(printed([stackEnd, error('other'), end(2, 'app: no keys')], false)).toEqual([
		stackEnd,
		error('other'),
	]);
	expect(printed([info, end(0)], false)).toEqual([info, end(0)]);
	expect(printed([end(2, 'not told before')], false)).toEqual([end(2, 'not told before')]);
});
