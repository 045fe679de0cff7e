import { describe, expect, test } from 'vitest';
import { errorCodes } from '../source/errors.ts';
import { type ExitCode, exitCodeMeanings, exitCodes, worstExitCode } from '../source/exit-codes.ts';

describe('the one exit code of a run', () => {
	test.each<[string, ExitCode[], ExitCode]>([
		['nothing went wrong', [], 0],
		['a stack left down outranks a signal', [2, 130, 7, 8], 7],
		['a signal outranks a failure', [2, 6, 143], 143],
		['the first failure stays', [6, 8, 75, 2], 75],
		['a failed check outranks a partial snapshot', [6, 8], 8],
		['a partial snapshot is no success', [0, 6, 0], 6],
	])('%s', (_name, codes, expected) => {
		expect(worstExitCode(codes)).toBe(expected);
	});

	test('every code has a meaning, every error a code', () => {
		for (const code of Object.values(exitCodes)) expect(exitCodeMeanings[code]).toBeTruthy();
		for (const code of Object.values(errorCodes)) expect(Object.values(exitCodes)).toContain(code);
	});
});
