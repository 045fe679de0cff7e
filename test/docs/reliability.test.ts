import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultNumbers } from '../faults/suite/catalogue.ts';
import type { SuiteRecord } from '../faults/suite/record.ts';
import { addRun, type RunFacts } from '../faults/suite/record.ts';
import { reportPage } from '../faults/suite/report.ts';
import type { FaultResult, FuzzResult } from '../faults/suite/results.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const record = JSON.parse(read('test/faults/record.json')) as SuiteRecord;
const baseline = JSON.parse(read('test/faults/baseline/results.json')) as FaultResult[];

test('the page of reliability says what the recorded runs found', () => {
	expect(read('docs/reliability.md')).toBe(reportPage(record, baseline));
});

test('each fault has a number of its own', () => {
	const numbers = faultNumbers();
	expect(numbers.length).toBeGreaterThan(40);
	expect([...new Set(numbers)]).toEqual(numbers);
});

test('what others changed meanwhile is counted', () => {
	const among = fault(1, { changes: 60, loops: [{ command: 'sync', what: 'change', tried: 8, of: 9 }] });
	const page = reportPage(addRun({}, facts, { faults: [among], parts: [] }, 1), []);
	expect(page).toContain('60 changes of the world at step boundaries, nothing lost.');
	expect(page).toContain('| sync | not run | not run | 8 of 9 |');
});

test('no path of a machine is in what the fault suite has written', () => {
	const text = JSON.stringify([record, baseline]) + read('docs/reliability.md');
	expect(text).not.toMatch(/\/(tmp|home|root|work|var|srv|opt|usr)\//);
});

const facts: RunFacts = { date: '2026-01-01', seed: 1, full: false, tools: [] };
const fault = (number: number, more: Partial<FaultResult> = {}): FaultResult => ({
	number,
	title: 'a fault',
	subject: 'product',
	held: ['A'],
	lost: [],
	kills: 1,
	failures: 0,
	ms: 1,
	...more,
});

test('some of the faults are no whole run: the table stays', () => {
	const before = addRun({}, facts, { faults: [fault(1), fault(2)], parts: [] }, 2);
	const after = addRun(before, facts, { faults: [fault(1, { lost: ['A'] })], parts: [] }, 2);
	expect(after).toEqual(before);
});

test('what did not hold is told without words, which name paths', () => {
	const lost = fault(1, { lost: ['B'], problem: 'B: /tmp/x is gone' });
	const page = reportPage(addRun({}, facts, { faults: [lost], parts: [] }, 1), []);
	expect(page).toContain('0 of 1 faults survived, lost: 1');
	expect(page).not.toContain('/tmp/x');
});

test('a shorter fuzzing takes the place of a longer one only when it found something', () => {
	const fuzz = (inputs: number, crashes: number): FuzzResult => ({
		part: 'fuzz',
		inputs,
		crashes,
		readers: {},
		ms: 1,
	});
	const long = addRun({}, facts, { faults: [], parts: [fuzz(1000, 0)] }, 40);
	expect(addRun(long, facts, { faults: [], parts: [fuzz(10, 0)] }, 40)).toEqual(long);
	expect(addRun(long, facts, { faults: [], parts: [fuzz(10, 1)] }, 40).fuzz?.result.crashes).toBe(1);
});
