import { describe, expect, test } from 'vitest';
import type { StackConfig } from '../../../source/config/types.ts';
import { warmTags } from '../../../source/restic/tags.ts';
import type { HistoryEntry } from '../../../source/runs/history.ts';
import { decideWarm, judgeBudget } from '../../../source/services/backup/warm.ts';

const entry = (more: Partial<HistoryEntry>): HistoryEntry => ({
	at: '2026-01-01T00:00:00.000Z',
	run: 'r',
	stack: 's',
	outcome: 'ok',
	ms: 1,
	...more,
});

describe('a warm pass', () => {
	test('is made for a first backup, and when the last copy took longer than a pass is worth', () => {
		expect(decideWarm('auto', [], false)).toBe(true);
		expect(decideWarm('auto', [], true)).toBe(false);
		expect(decideWarm('auto', [entry({ copyMs: 300 })], true)).toBe(false);
		expect(decideWarm('auto', [entry({ copyMs: 9000 })], true)).toBe(true);
	});

	test('goes on while its own pass shows that it pays, although the copy has become short', () => {
		expect(decideWarm('auto', [entry({ copyMs: 300, warmMs: 9000 })], true)).toBe(true);
		expect(decideWarm('auto', [entry({ copyMs: 300, warmMs: 900 })], true)).toBe(false);
	});

	test('is always or never made when the config says so', () => {
		expect(decideWarm('always', [], true)).toBe(true);
		expect(decideWarm('never', [entry({ copyMs: 9000 })], false)).toBe(false);
	});

	test('never carries the tag of the stack', () => {
		expect(warmTags('immich')).toEqual(['backup-tui-warm', 'warm-immich']);
	});
});

test('the downtime budget is judged by what the history leads to expect', () => {
	const config = (downtimeBudgetSeconds: number, overBudget: StackConfig['overBudget']) =>
		({ downtimeBudgetSeconds, overBudget }) as StackConfig;
	expect(judgeBudget(config(0, 'skip'), 99_000)).toBe('within');
	expect(judgeBudget(config(10, 'skip'), undefined)).toBe('within');
	expect(judgeBudget(config(10, 'skip'), 9_000)).toBe('within');
	expect(judgeBudget(config(10, 'skip'), 11_000)).toBe('skip');
	expect(judgeBudget(config(10, 'warm'), 11_000)).toBe('warm');
});
