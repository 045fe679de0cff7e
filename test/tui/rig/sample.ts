import type { HistoryEntry } from '../../../source/runs/history.ts';
import type { RunInfo } from '../../../source/runs/run-files.ts';
import type { HealthFacts } from '../../../source/services/health/facts.ts';
import { judge } from '../../../source/services/health/judge.ts';
import type { StackEntry, StackStatusEntry } from '../../../source/tui/ports.ts';
import { initialState } from '../../../source/tui/store/initial.ts';
import type { Data, UiState } from '../../../source/tui/store/state.ts';
import { healthFacts } from '../../services/health/facts.ts';

/** A Thursday, 14:20 local time. */
export const now = new Date(2026, 3, 16, 14, 20).getTime();
const hour = 3_600_000;

export function entry(name: string, fields: Partial<StackEntry> = {}): StackEntry {
	return {
		key: name,
		name,
		directory: `/opt/docker-stacks/${name}`,
		external: false,
		enabled: true,
		missing: false,
		...fields,
	};
}

export function status(up: number, expected = up): StackStatusEntry {
	return {
		state: up === 0 ? 'stopped' : up < expected ? 'partial' : 'running',
		up,
		expected,
		services: Array.from({ length: expected }, (_, index) => ({
			name: `service${index + 1}`,
			text: index < up ? 'up 12d' : 'exited 1',
			ok: index < up,
		})),
	};
}

export function backedUp(stack: string, daysAgo: number, fields: Partial<HistoryEntry> = {}): HistoryEntry {
	return {
		at: new Date(new Date(2026, 3, 16, 3, 2).getTime() - daysAgo * 24 * hour).toISOString(),
		run: '20260416-010000-0412',
		stack,
		outcome: 'ok',
		ms: 120_000,
		downtimeMs: 108_000,
		snapshot: 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2',
		addedBytes: 1_288_490_189,
		totalBytes: 41_231_686_042,
		totalFiles: 21_004,
		...fields,
	};
}

export function run(id: string, hoursAgo: number, fields: Partial<RunInfo> = {}): RunInfo {
	const startedAt = new Date(now - hoursAgo * hour).toISOString();
	return {
		v: 1,
		id,
		pid: 4121,
		startTime: 1,
		bootId: 'boot',
		command: 'backup',
		arguments: [],
		trigger: 'timer',
		dryRun: false,
		startedAt,
		status: 'ended',
		summary: {
			exitCode: 0,
			endedAt: startedAt,
			ms: 252_000,
			ok: 6,
			failed: 0,
			skipped: 0,
			addedBytes: 2_362_232_012,
			downtimeMs: 242_000,
		},
		...fields,
	};
}

const entries = [
	entry('immich'),
	entry('nextcloud'),
	entry('paperless'),
	entry('vaultwarden'),
	entry('monitoring', { enabled: false }),
	entry('jellyfin', { enabled: false }),
	entry('blog-external', { key: '/srv/ext/blog', directory: '/srv/ext/blog', external: true }),
	entry('gitea', { missing: true }),
];

const history = [
	...Array.from({ length: 24 }, (_, index) => backedUp('immich', 23 - index)),
	...Array.from({ length: 24 }, (_, index) =>
		backedUp('nextcloud', 23 - index, { outcome: index === 15 ? 'partial' : 'ok', downtimeMs: 52_000 }),
	),
	...Array.from({ length: 22 }, (_, index) =>
		backedUp('paperless', 23 - index, { outcome: index > 19 ? 'failed' : 'ok' }),
	),
	backedUp('blog-external', 0),
	backedUp('gitea', 9),
];

/** A host as in the sketches: stacks on and off, one failed, one missing, one external. */
export const sampleData: Partial<Data> = {
	stacks: {
		loading: false,
		value: { entries, dirlist: '/etc/backup-tui/dirlist', stacksDir: '/opt/docker-stacks' },
	},
	states: {
		loading: false,
		value: {
			byKey: {
				immich: status(6),
				nextcloud: status(4),
				paperless: status(2, 3),
				vaultwarden: status(1),
				monitoring: status(5),
				jellyfin: status(0, 2),
				'/srv/ext/blog': status(2),
			},
		},
	},
	runs: {
		loading: false,
		value: [
			run('20260416-010000-0412', 11, {
				summary: {
					exitCode: 6,
					endedAt: new Date(now - 11 * hour).toISOString(),
					ms: 252_000,
					ok: 5,
					failed: 1,
					skipped: 0,
					addedBytes: 2_040_109_465,
					downtimeMs: 242_000,
					problem: 'paperless: 2 files unreadable',
				},
			}),
			run('20260415-010000-0411', 35),
		],
	},
	history,
	overview: {
		loading: false,
		value: {
			nextRun: '03:00 tomorrow (systemd timer, in 12h 40m)',
			repository: '212 snaps   84.1 GiB   check ok 3d ago   disk 61% used',
			cloud: { text: '2d behind  last sync Tue 03:10  (daily expected)', level: 'warning' },
			findings: [],
			stacks: {},
			remotes: {},
		},
	},
};

/** @returns the state of the sample host on a terminal of this size */
export function sampleState(
	size: { readonly columns: number; readonly rows: number },
	fields: Partial<UiState> = {},
	data: Partial<Data> = {},
): UiState {
	const state = initialState({
		size,
		now,
		hostName: 'nas01',
		tabs: ['home', 'stacks', 'run', 'snapshots', 'cloud', 'logs', 'doctor'],
	});
	return { ...state, ...fields, data: judgedData({ ...state.data, ...sampleData, ...data }) };
}

/** The data with what the real judge says of it, where the test does not say so itself. */
function judgedData(data: Data): Data {
	const { value } = data.overview;
	if (value === undefined || value.findings.length > 0) return data;
	const health = judge(factsOf(data));
	return { ...data, overview: { ...data.overview, value: { ...value, ...health } } };
}

function factsOf({ stacks, states, runs, history }: Data): HealthFacts {
	return healthFacts({
		now,
		stacks: (stacks.value?.entries ?? []).map((one) => ({
			...one,
			origin: one.external ? 'external' : 'stacks-dir',
			realDirectory: one.directory,
			composeFiles: [],
			project: one.name,
		})),
		...(states.value?.trouble === undefined ? {} : { docker: states.value.trouble }),
		runs: (runs.value ?? []).filter((one) => one.status !== 'running'),
		history,
	});
}
