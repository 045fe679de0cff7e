import { describe, expect, test } from 'vitest';
import { renderError } from '../../source/commands/render-error.ts';
import { BackupTuiError, type ErrorCode, errorCodes } from '../../source/errors.ts';
import { exitCodes } from '../../source/exit-codes.ts';
import { describeEvent } from '../../source/runs/describe.ts';
import { type EventBody, eventSchemas, type Problem } from '../../source/runs/events.ts';
import { endInWords, guardInWords, lastBackupInWords, outcomeInWords } from '../../source/runs/words.ts';

type Schema = {
	readonly anyOf?: readonly Schema[];
	readonly const?: unknown;
	readonly type?: string;
	readonly properties?: Record<string, Schema>;
	readonly items?: Schema;
};

/** Names for programs: those that are no words of English, or are written as one. */
const codes = Object.keys(errorCodes);
const literals = (schema: Schema): readonly string[] => (schema.anyOf ?? []).map((one) => String(one.const));
const outcomes = literals(eventSchemas['stack-end'].properties.outcome);
const restoreStates = ['up', 'off', 'not-started', 'rolled-back', 'half', 'down', 'files'];
const stackStates = ['running', 'partial', 'stopped', 'not_found', 'unknown', 'missing', 'unreadable'];
const internal = [...codes, ...outcomes, ...restoreStates, 'not_found', 'crashed'].filter((name) =>
	/[-_]|crashed/.test(name),
);

function expectWords(text: string): void {
	for (const name of internal) expect(text).not.toContain(name);
}

/** Every event a schema allows, as far as its choices go; `code` is each error code in turn. */
function samples(schema: Schema, type: string, key = ''): readonly unknown[] {
	if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => samples(one, type, key));
	if (schema.const !== undefined) return [schema.const];
	if (key === 'code') return codes;
	if (key === 'state') return type === 'restore-end' ? restoreStates : stackStates;
	if (key === 'exitCode') return Object.values(exitCodes);
	if (schema.type === 'object') {
		const fields = Object.entries(schema.properties ?? {}).map(
			([name, one]) => [name, samples(one, type, name)] as const,
		);
		const most = Math.max(...fields.map(([, values]) => values.length));
		return Array.from({ length: most }, (_, at) =>
			Object.fromEntries(fields.map(([name, values]) => [name, values[at % values.length]])),
		);
	}
	if (schema.type === 'array') return samples(schema.items ?? {}, type, key).map((one) => [one]);
	if (schema.type === 'number') return [7];
	if (schema.type === 'boolean') return [false, true];
	return schema.type === 'null' ? [null] : ['some text'];
}

describe('F23: no internal name reaches a person', () => {
	test.each(Object.keys(eventSchemas) as (keyof typeof eventSchemas)[])('%s in words', (type) => {
		const all = samples(eventSchemas[type] as Schema, type) as readonly EventBody[];
		// Each flag and each choice with each other one that has as many.
		const turned = all.flatMap((one) => ('ok' in one ? [one, { ...one, ok: !one.ok } as EventBody] : [one]));
		for (const event of turned) {
			const described = describeEvent(event);
			expectWords(`${described?.text} ${described?.hint}`);
		}
	});

	test.each(codes)('an error %s', (code) => {
		const written: string[] = [];
		const sink = { write: (text: string) => void written.push(text), isTTY: false, columns: 80 };
		const io = { stdout: sink, stderr: sink, stdin: process.stdin };
		const problem: Problem = { code, message: 'it went wrong', hint: 'do something' };
		renderError(new BackupTuiError(code as ErrorCode, problem.message, { hint: 'do something' }), io, {
			json: false,
			verbose: true,
			color: false,
			configPath: undefined,
		});
		expectWords(written.join(''));
	});

	test('outcomes, guards and endings', () => {
		for (const outcome of outcomes) expectWords(`${outcomeInWords(outcome)} ${lastBackupInWords(outcome)}`);
		for (const code of Object.values(exitCodes)) {
			expectWords(endInWords(code));
			expect(endInWords(code)).not.toMatch(/\d/);
		}
		expect(new Set(outcomes.map(outcomeInWords)).size).toBe(outcomes.length);
		expect(guardInWords('vanished')).toBe('nothing vanished');
		// What a newer version has written, or somebody else.
		expect(outcomeInWords('constructor')).toBe('constructor');
	});
});
