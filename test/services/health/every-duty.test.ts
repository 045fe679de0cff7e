import { describe, expect, test } from 'vitest';
import type { DutyOutcome } from '../../../source/runs/duties.ts';
import type { RunInfo } from '../../../source/runs/run-files.ts';
import { healthChecks } from '../../../source/services/doctor/health-checks.ts';
import { findingsOf, runChecks } from '../../../source/services/doctor/run-checks.ts';
import type { HealthFacts } from '../../../source/services/health/facts.ts';
import { healthExitCode, type Level, troubles } from '../../../source/services/health/finding.ts';
import { judge, verdict } from '../../../source/services/health/judge.ts';
import type { RemoteStatus } from '../../../source/tui/ports.ts';
import { statusLines } from '../../../source/tui/screens/cloud/remote-lines.ts';
import { attention, verdict as homeVerdict } from '../../../source/tui/selectors/attention.ts';
import { stackRows } from '../../../source/tui/selectors/stacks.ts';
import { createTheme } from '../../../source/tui/theme.ts';
import { entry, sampleState } from '../../tui/rig/sample.ts';
import { healthFacts } from './facts.ts';

const now = Date.parse('2026-04-16T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const problem = { code: 'sync-failed', message: 'the reason' };
const stack = {
	key: 'app',
	name: 'app',
	origin: 'stacks-dir',
	directory: '/s/app',
	realDirectory: '/s/app',
	enabled: true,
	missing: false,
	composeFiles: [],
	project: 'app',
} as const;

const backup = (hours: number, outcome: 'ok' | 'failed' | 'partial' = 'ok') => ({
	at: hoursAgo(hours),
	run: `run-${hours}`,
	stack: 'app',
	outcome,
	ms: 1,
});

const duty = (name: DutyOutcome['duty'], subject: string, hours: number, code?: string): DutyOutcome => ({
	at: hoursAgo(hours),
	run: `run-${hours}`,
	duty: name,
	subject,
	ok: code === undefined,
	...(code === undefined ? {} : { problem: { ...problem, code } }),
});

const killed = (command: string, hours: number) =>
	({
		id: `run-${hours}`,
		command,
		startedAt: hoursAgo(hours),
		status: 'crashed',
		arguments: [],
	}) as unknown as RunInfo;

function remote(
	lastGood: number | undefined,
	...syncs: readonly (readonly [hours: number, code?: string])[]
) {
	const history = syncs.map(([hours, code]) => ({
		at: hoursAgo(hours),
		ok: code === undefined,
		ms: 1,
		transferredBytes: 0,
		transferredFiles: 0,
		quarantinedFiles: 0,
		...(code === undefined ? {} : { problem: { ...problem, code } }),
	}));
	return {
		name: 'nas',
		display: 'nas:/backup',
		expectedHours: 48,
		overdue: lastGood === undefined || lastGood > 48,
		history,
		...(lastGood === undefined ? {} : { lastSuccess: hoursAgo(lastGood) }),
	};
}

const check = (hours: number, ok: boolean) =>
	({ v: 1, repository: 'a', at: hoursAgo(hours), ok, errors: ok ? [] : ['pack is damaged'] }) as const;
const timer = { kind: 'timer', enabled: true, everyMs: 24 * 3_600_000 } as const;

interface Case {
	readonly facts: Partial<HealthFacts>;
	readonly level: Level;
	readonly id: string;
}

/** Every duty in every state. What is not named is fine. */
const cases: Readonly<Record<string, Case>> = {
	'backup never': { facts: { history: [] }, level: 'problem', id: 'backup' },
	'backup ok': { facts: {}, level: 'ok', id: 'backup' },
	'backup failed': { facts: { history: [backup(30), backup(6, 'failed')] }, level: 'problem', id: 'backup' },
	'backup partial': { facts: { history: [backup(6, 'partial')] }, level: 'problem', id: 'backup' },
	'backup overdue': { facts: { history: [backup(40)] }, level: 'problem', id: 'backup' },
	'backup of a week, weekly': {
		facts: { history: [backup(160)], schedule: { ...timer, everyMs: 7 * 24 * 3_600_000 } },
		level: 'ok',
		id: 'backup',
	},
	'backup ok after failed': {
		facts: { history: [backup(30, 'failed'), backup(6)] },
		level: 'ok',
		id: 'backup',
	},
	'backup run failed before any stack': {
		facts: { duties: [duty('backup', '*', 2, 'repository-password')] },
		level: 'problem',
		id: 'backup-run',
	},
	'backup run failed, then ok': {
		facts: { duties: [duty('backup', '*', 12, 'repository-password')] },
		level: 'ok',
		id: 'backup',
	},
	'backup run of another stack failed': {
		facts: { duties: [duty('backup', 'other', 2, 'no-space')] },
		level: 'ok',
		id: 'backup',
	},
	'backup run killed': { facts: { runs: [killed('backup', 2)] }, level: 'problem', id: 'backup-run' },
	'backup run killed, then ok': { facts: { runs: [killed('backup', 12)] }, level: 'ok', id: 'backup' },
	'sync never': { facts: { remotes: [remote(undefined)] }, level: 'problem', id: 'sync' },
	'sync ok': { facts: { remotes: [remote(8, [8])] }, level: 'ok', id: 'sync' },
	'sync failed': { facts: { remotes: [remote(8, [1, 'sync-guard'], [8])] }, level: 'problem', id: 'sync' },
	'sync refused': { facts: { remotes: [remote(8, [1, 'lock-held'], [8])] }, level: 'ok', id: 'sync' },
	'sync refused after failed': {
		facts: { remotes: [remote(30, [1, 'lock-held'], [2, 'sync-failed'], [30])] },
		level: 'problem',
		id: 'sync',
	},
	'sync cancelled': { facts: { remotes: [remote(8, [1, 'interrupted-int'], [8])] }, level: 'ok', id: 'sync' },
	'sync overdue': { facts: { remotes: [remote(60, [60])] }, level: 'problem', id: 'sync' },
	'sync ok after failed': {
		facts: { remotes: [remote(1, [1], [8, 'sync-failed'])] },
		level: 'ok',
		id: 'sync',
	},
	'sync run failed before any remote': {
		facts: { remotes: [remote(8, [8])], duties: [duty('sync', '*', 1, 'tool-missing')] },
		level: 'problem',
		id: 'sync',
	},
	'sync run killed': {
		facts: { remotes: [remote(8, [8])], runs: [killed('sync', 1)] },
		level: 'problem',
		id: 'sync',
	},
	'check never': { facts: { lastCheck: undefined }, level: 'warning', id: 'check' },
	'check ok': { facts: { lastCheck: check(24, true) }, level: 'ok', id: 'check' },
	'check failed': { facts: { lastCheck: check(24, false) }, level: 'problem', id: 'check' },
	'check could not be made': {
		facts: { lastCheck: check(24, true), duties: [duty('check', '', 2, 'repository-unreachable')] },
		level: 'problem',
		id: 'check',
	},
	'check ok after it could not be made': {
		facts: { lastCheck: check(1, true), duties: [duty('check', '', 2, 'repository-unreachable')] },
		level: 'ok',
		id: 'check',
	},
	'check overdue': { facts: { lastCheck: check(24 * 14, true) }, level: 'warning', id: 'check' },
	'check killed': {
		facts: { lastCheck: check(24, true), runs: [killed('check', 1)] },
		level: 'problem',
		id: 'check',
	},
	'retention failed': {
		facts: { duties: [duty('retention', 'app', 30), duty('retention', 'app', 2, 'retention-failed')] },
		level: 'problem',
		id: 'retention',
	},
	'retention of another stack ok after failed': {
		facts: { duties: [duty('retention', 'app', 30, 'retention-failed'), duty('retention', 'web', 2)] },
		level: 'problem',
		id: 'retention',
	},
	'retention ok after failed': {
		facts: { duties: [duty('retention', 'app', 30, 'retention-failed'), duty('retention', 'app', 2)] },
		level: 'ok',
		id: 'retention',
	},
	'prune failed': {
		facts: { duties: [duty('prune', '', 2, 'prune-failed')] },
		level: 'problem',
		id: 'prune',
	},
	'prune ok after failed': {
		facts: { duties: [duty('prune', '', 5, 'prune-failed'), duty('prune', '', 2)] },
		level: 'ok',
		id: 'retention',
	},
	'schedule never': { facts: { schedule: { kind: 'none', enabled: false } }, level: 'warning', id: 'timer' },
	'schedule ok': { facts: { schedule: { ...timer, lastStart: hoursAgo(9) } }, level: 'ok', id: 'timer' },
	'schedule off': {
		facts: { schedule: { ...timer, enabled: false, problem: 'the timer is off' } },
		level: 'problem',
		id: 'timer',
	},
	'schedule overdue': {
		facts: { schedule: { ...timer, lastStart: hoursAgo(40) } },
		level: 'problem',
		id: 'timer',
	},
	'no copy elsewhere': {
		facts: { remotes: [], repository: { location: '/r', local: true, there: true, sameDisk: true } },
		level: 'warning',
		id: 'off-site',
	},
	'repository gone': {
		facts: { repository: { location: '/r', local: true, there: false } },
		level: 'problem',
		id: 'repository',
	},
	'disk full': {
		facts: { spaces: [{ what: 'state', path: '/v', freeBytes: 1, totalBytes: 9, low: true }] },
		level: 'problem',
		id: 'space',
	},
	'docker dead': { facts: { docker: { message: 'no answer' } }, level: 'problem', id: 'docker' },
	'snapshot shrank': { facts: { heldBack: ['app'] }, level: 'problem', id: 'held-back' },
	'journal damaged': { facts: { damagedJournal: ['/j/x.json'] }, level: 'problem', id: 'journal' },
	'stack unreadable': {
		facts: { stacks: [{ ...stack, unreadable: 'compose.yaml: no' }] },
		level: 'problem',
		id: 'stacks',
	},
	'configuration doubted': {
		facts: { config: [{ id: 'config', level: 'warning', subject: '', text: 'line 3' }] },
		level: 'warning',
		id: 'config',
	},
	'probe failed': {
		facts: { probes: [{ id: 'restic', level: 'problem', subject: '', text: 'restic is missing' }] },
		level: 'problem',
		id: 'restic',
	},
};

const theme = createTheme({ ascii: true, color: false, screenReader: false });

function uiRemote(): RemoteStatus {
	return {
		name: 'nas',
		target: 'nas:/backup',
		bandwidth: '',
		expectedHours: 48,
		overdue: false,
		lastGoodAt: now,
		behindSnapshots: 0,
		history: [],
	};
}

describe('every front end draws the same judgement', () => {
	test.each(Object.entries(cases))('%s', async (_, { facts, level, id }) => {
		const health = judge(healthFacts({ now, stacks: [stack], history: [backup(9)], ...facts }));
		const wrong = troubles(health.findings).map(({ text }) => text);
		const own = health.findings.filter((one) => one.id === id).map((one) => one.level);
		expect(own, JSON.stringify(health.findings, undefined, 1)).toContain(level);
		expect(wrong.length > 0, wrong.join()).toBe(level !== 'ok');
		expect(healthExitCode(health.findings) === 0).toBe(level !== 'problem');

		// doctor, and health with it
		const rows = findingsOf(await runChecks(healthChecks(Promise.resolve(health.findings))));
		const others = ['docker', 'repository', 'restic'];
		const drawn = troubles(rows).map(({ text }) => text);
		expect(drawn).toEqual(others.includes(id) ? [] : wrong);

		// Home, Stacks and Cloud
		const state = sampleState(
			{ columns: 160, rows: 50 },
			{},
			{
				stacks: { loading: false, value: { entries: [entry('app')], dirlist: '/d', stacksDir: '/s' } },
				overview: { loading: false, value: health },
			},
		);
		expect(attention(state).map(({ text }) => text)).toEqual(wrong);
		expect(homeVerdict(state).text).toBe(verdict(health.findings).text);
		const [row] = stackRows(state, '', 'name');
		const stackIsBad = ['backup', 'backup-run', 'stacks'].includes(id) && level === 'problem';
		expect(row?.health).toBe(stackIsBad ? 'bad' : 'ok');
		const badge = statusLines(uiRemote(), state, theme).flat();
		const isBad = badge.some((part) => typeof part !== 'string' && part.tone === 'bad');
		expect(isBad).toBe(id === 'sync' && level === 'problem');
	});
});

test('a run that failed is told also where the stacks cannot be found any more', () => {
	const duties = [duty('backup', '*', 2, 'stacks-dir-missing')];
	const facts = { now, stacksTrouble: { message: 'no stacks' }, history: [backup(9)], duties };
	const told = troubles(judge(healthFacts(facts)).findings).map(({ id }) => id);
	expect(told).toEqual(['stacks', 'backup-run']);
});

test('one failed run is one finding however many stacks it did not reach, and says how many', () => {
	const stacks = ['a', 'b', 'c'].map((name) => ({ ...stack, key: name, name }));
	const history = stacks.map(({ name }) => ({ ...backup(9), stack: name }));
	const duties = [duty('backup', '*', 2, 'no-space')];
	const { findings, stacks: byKey } = judge(healthFacts({ now, stacks, history, duties }));
	const runs = findings.filter(({ id }) => id === 'backup-run');
	expect(runs.map(({ text }) => text)).toEqual([
		'the last backup failed: the reason (3 stacks were not backed up)',
	]);
	expect(Object.values(byKey).map(({ level }) => level)).toEqual(['problem', 'problem', 'problem']);
});
