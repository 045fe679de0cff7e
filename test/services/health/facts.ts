import type { HealthFacts } from '../../../source/services/health/facts.ts';

/** Facts of a machine on which nothing was ever wrong, with some of them changed. */
export function healthFacts(fields: Partial<HealthFacts> = {}): HealthFacts {
	const now = fields.now ?? Date.parse('2026-04-16T12:00:00Z');
	const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
	return {
		now,
		stacks: [],
		refusals: new Map(),
		stackSections: [],
		history: [],
		duties: [],
		runs: [],
		running: [],
		owed: [],
		damagedJournal: [],
		heldBack: [],
		schedule: {
			kind: 'timer',
			enabled: true,
			everyMs: 24 * 3_600_000,
			lastStart: hoursAgo(9),
			nextRun: hoursAgo(-15),
		},
		remotes: [
			{
				name: 'nas',
				display: 'nas:/backup',
				overdue: false,
				expectedHours: 48,
				lastSuccess: hoursAgo(8),
				behindSnapshots: 0,
				history: [],
			},
		],
		lastCheck: { v: 1, repository: 'aaaa', at: hoursAgo(72), ok: true, errors: [] },
		checkEveryDays: 7,
		repository: { location: '/srv/restic', local: true, there: true, sameDisk: false },
		spaces: [],
		config: [],
		probes: [],
		...fields,
	};
}
