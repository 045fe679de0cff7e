import { expect, test } from 'vitest';
import { isEvent } from '../../source/runs/well-formed.ts';

const envelope = { v: 1, ts: '2026-01-01T00:00:00.000Z', run: '20260101-000000-abcd', seq: 3 };
const command = { ...envelope, type: 'command', tool: 'restic', argv: ['restic'], exitCode: null, ms: 1 };

test('events as they are written, and those of a newer program, are events', () => {
	expect(isEvent(command)).toBe(true);
	expect(isEvent({ ...command, more: 1 })).toBe(true);
	expect(isEvent({ ...envelope, type: 'of-tomorrow' })).toBe(true);
	expect(isEvent({ ...envelope, type: 'phase-start', phase: 'of-tomorrow' })).toBe(true);
});

test.each([
	['no object', null],
	['no type', envelope],
	['a list that is missing', { ...command, argv: undefined }],
	['a list of something else', { ...command, argv: [1] }],
	['a text in the place of a number', { ...command, ms: '1' }],
	['no time', { ...command, ts: undefined }],
])('%s is no event', (_what, value) => {
	expect(isEvent(value)).toBe(false);
});
