import { expect, test } from 'vitest';
import type { DoctorCheck, RemoteStatus, SnapshotEntry } from '../../../source/tui/ports.ts';
import { applyRunEvents, emptyRunView } from '../../../source/tui/run/run-view.ts';
import type { Data, UiState } from '../../../source/tui/store/state.ts';
import { cellWidth } from '../../../source/tui/text/cells.ts';
import { textInput } from '../../../source/tui/widgets/text-input.ts';
import { entry, now, run, sampleState } from '../rig/sample.ts';
import { show, sizes } from '../rig/terminal.tsx';

const [normal, wide, small] = sizes;
const id = '20260416-122000-beef';
const at = (second: number) => new Date(now - 120_000 + second * 1000).toISOString();

const live = applyRunEvents(emptyRunView(id), [
	{
		v: 1,
		ts: at(0),
		run: id,
		seq: 1,
		type: 'run-start',
		command: 'backup',
		version: '1',
		pid: 9,
		trigger: 'ui',
		dryRun: false,
		arguments: [],
	},
	{
		v: 1,
		ts: at(1),
		run: id,
		seq: 2,
		type: 'plan',
		stacks: ['immich', 'paperless', 'gitea'].map((stack) => ({
			stack,
			state: 'running',
			method: 'down',
			expectedDowntimeMs: 31_000,
		})),
	},
	{
		v: 1,
		ts: at(2),
		run: id,
		seq: 3,
		type: 'stack-start',
		stack: 'immich',
		state: 'running',
		method: 'down',
	},
	{
		v: 1,
		ts: at(3),
		run: id,
		seq: 4,
		type: 'stack-end',
		stack: 'immich',
		outcome: 'ok',
		ms: 70_000,
		downtimeMs: 61_000,
		addedBytes: 1024,
		problems: [],
	},
	{
		v: 1,
		ts: at(70),
		run: id,
		seq: 5,
		type: 'stack-start',
		stack: 'paperless',
		state: 'running',
		method: 'down',
	},
	{ v: 1, ts: at(78), run: id, seq: 6, type: 'downtime-start', stack: 'paperless' },
	{ v: 1, ts: at(80), run: id, seq: 7, type: 'phase-start', stack: 'paperless', phase: 'copy' },
	{
		v: 1,
		ts: at(110),
		run: id,
		seq: 8,
		type: 'progress',
		stack: 'paperless',
		phase: 'copy',
		bytesDone: 61,
		bytesTotal: 100,
		filesDone: 14_210,
		filesTotal: 20_000,
		bytesPerSecond: 123_731_968,
		secondsLeft: 14,
		currentFiles: ['/opt/docker-stacks/paperless/media/documents/originals/0003112.pdf'],
	},
	{
		v: 1,
		ts: at(111),
		run: id,
		seq: 9,
		type: 'message',
		level: 'warn',
		stack: 'paperless',
		text: 'lstat pg_wal/0001: permission denied',
	},
]);
const running: Partial<Data> = {
	runs: { loading: false, value: [run(id, 0.0333, { status: 'running', trigger: 'ui' })] },
	views: { [id]: live },
};

const snapshot = (shortId: string, days: number): SnapshotEntry => ({
	id: shortId.repeat(8),
	shortId,
	time: now - days * 86_400_000,
	stack: 'immich',
	host: 'nas01',
	tags: ['immich'],
	paths: ['/opt/docker-stacks/immich'],
	bytes: 41_231_686_042,
	addedBytes: 1_288_490_189,
});
const snapshots: Partial<Data> = {
	snapshots: { loading: false, value: [snapshot('a1b2c3d4', 0), snapshot('9f3c77aa', 1)] },
};

const remote: RemoteStatus = {
	name: 'default',
	target: 'b2:/backup/restic',
	bandwidth: '',
	expectedHours: 24,
	lastGoodAt: now - 2 * 86_400_000,
	overdue: true,
	behindSnapshots: 3,
	guards: ['repository whole and not locked', 'takes away at most 10%'],
	bytes: 90_000_000_000,
	files: 1490,
	history: [
		{ at: now - 3_600_000, ok: false, ms: 5000, bytes: 0, text: 'timeout (tried 3 times)' },
		{ at: now - 2 * 86_400_000, ok: true, ms: 1_080_000, bytes: 13_100_000_000, text: '' },
	],
};
const checks: readonly DoctorCheck[] = [
	{ id: 'docker', level: 'ok', title: 'docker', text: 'engine 28.1' },
	{
		id: 'timer',
		level: 'bad',
		title: 'timer',
		text: 'installed but disabled',
		fix: 'systemctl enable --now backup-tui.timer',
	},
];

function text(state: UiState): string {
	const shot = show(state);
	const rows = shot.rows();
	const shown = shot.text();
	shot.end();
	expect(rows).toHaveLength(state.size.rows);
	for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(state.size.columns);
	return shown;
}

test.each(sizes)('a live run: what is done, the clock, what is left, at $columns x $rows', (size) => {
	const shown = text(sampleState(size, { active: 'run' }, running));
	expect(shown).toMatch(/paperless.*COPY.*61%/);
	expect(shown).toMatch(/(OFF|DOWN) 42s/);
	expect(shown).toContain('118 MiB/s');
	expect(shown).toMatch(/✔ immich/);
	if (size !== small) {
		expect(shown).toContain('!median 31s');
		expect(shown).toMatch(/gitea +waiting +~ 31s expected/);
		expect(shown).toContain('originals/0003112.pdf');
		expect(shown).toContain('1 stack is DOWN now: paperless 42s');
		expect(shown).toMatch(/! lstat pg_wal/);
	}
	if (size === wide) expect(shown).toContain('▼ stopping  ▒ copy  ▲ starting');
});

test.each(sizes)('snapshots with an open tree at $columns x $rows', (size) => {
	const file = (name: string, directory: boolean) => ({
		path: `/opt/${name}`,
		name,
		directory,
		link: false,
		bytes: 2150,
		modified: now,
	});
	const state = sampleState(size, { active: 'snapshots' }, snapshots);
	const open = {
		...state.screens.snapshots,
		open: 'a1b2c3d4'.repeat(8),
		pane: 'side' as const,
		markedPaths: ['/opt/.env'],
		tree: [
			{ entry: file('immich', true), depth: 0, open: true, loading: false },
			{ entry: file('library', true), depth: 1, open: false, loading: false },
			{ entry: file('.env', false), depth: 1, open: false, loading: false },
		],
	};
	const shown = text({ ...state, screens: { ...state.screens, snapshots: open } });
	expect(shown).toMatch(/▾ immich\//);
	expect(shown).toMatch(/▸ library\//);
	expect(shown).toMatch(/\* +\.env.*2\.1 KiB/);
	expect(shown).toContain('1 marked');
	if (size !== small) expect(shown).toMatch(/9f3c77aa Wed 14:20/);
});

test.each(sizes)('cloud without a remote: how to have one, at $columns x $rows', (size) => {
	const shown = text(sampleState(size, { active: 'cloud' }, { remotes: { loading: false } }));
	expect(shown).toContain('No copy elsewhere: a fire takes all');
	expect(shown).toContain('RCLONE_REMOTE in [cloud_sync]');
	expect(shown).toContain('backup-tui backup --sync: from now on');
});

test.each(sizes)('cloud: how far behind, what failed, at $columns x $rows', (size) => {
	const shown = text(
		sampleState(size, { active: 'cloud' }, { remotes: { loading: false, value: [remote] } }),
	);
	expect(shown).toContain('b2:/backup/restic');
	if (size !== small) expect(shown).toMatch(/Guards +repository whole and not locked/);
	expect(shown).toContain('FAILED');
	if (size !== small) {
		expect(shown).toContain('3 snapshots are not there yet');
		expect(shown).toContain('timeout (tried 3 times)');
	}
});

test.each(sizes)('doctor: every check, and the fix, at $columns x $rows', (size) => {
	const shown = text(sampleState(size, { active: 'doctor' }, { checks: { loading: false, value: checks } }));
	expect(shown).toContain('Doctor: 1 problem, 0 warnings');
	expect(shown).toMatch(/✘ timer:? +installed/);
	if (size !== small) expect(shown).toContain('systemctl enable');
});

test.each(sizes)('doctor: problems come first, at $columns x $rows', (size) => {
	const mixed = [
		...Array.from({ length: 20 }, (_, index) => ({
			id: `fine${index}`,
			title: `fine${index}`,
			level: 'ok' as const,
			text: 'works',
		})),
		{ id: 'old', title: 'old', level: 'warning' as const, text: 'getting old' },
		{ id: 'lost', title: 'lost', level: 'bad' as const, text: 'is gone' },
	];
	const at = (chosen?: string) => {
		const state = sampleState(size, { active: 'doctor' }, { checks: { loading: false, value: mixed } });
		const doctor = { ...state.screens.doctor, ...(chosen === undefined ? {} : { chosen }) };
		return text({ ...state, screens: { ...state.screens, doctor } });
	};
	expect(at()).toMatch(/> ✘ lost:? +is gone[\s\S]*! old:? +getting old[\s\S]*✔ fine0:? +works/);
	expect(at('fine3 0')).toMatch(/✘ lost:? +is gone[\s\S]*> ✔ fine3:? +works/);
});

test.each(sizes)(
	'restore: the review asks for the name before live data is overwritten, at $columns x $rows',
	(size) => {
		const state = sampleState(size, { active: 'restore' }, snapshots);
		const review = {
			...state.screens.restore,
			step: 'review' as const,
			inPlace: true,
			request: {
				stack: 'immich',
				snapshot: 'a1b2c3d4'.repeat(8),
				include: [],
				target: { kind: 'in-place' as const },
			},
			plan: { loading: false, value: ['312 files change, 18 are new'] },
			confirmInput: textInput('imm'),
		};
		const shown = text({ ...state, screens: { ...state.screens, restore: review } });
		expect(shown).toMatch(/4(\/5:)? Review/);
		expect(shown).toContain('IN PLACE');
		expect(shown).toMatch(/Type immich to go on:/);
		expect(shown).toMatch(/> imm/);
		if (size !== small) {
			expect(shown).toContain('IN PLACE');
			expect(shown).toContain('312 files change');
			expect(shown).toMatch(/This overwrites live data\. +Type immich to go on:/);
			expect(shown).toMatch(/> imm/);
		}
	},
);

test.each(sizes)('the first start says what it found, at $columns x $rows', (size) => {
	const state = sampleState(size, { active: 'setup', tabs: ['setup'] });
	const setup = {
		...state.screens.setup,
		step: 2,
		input: textInput('/mnt/backup/restic-repo'),
		hints: { loading: false, value: [{ level: 'warning' as const, text: 'on the same disk as the stacks' }] },
	};
	const shown = text({ ...state, screens: { ...state.screens, setup } });
	expect(shown).toContain('Where should restic keep the backups?');
	expect(shown).toContain('/mnt/backup/restic-repo');
	expect(shown).toContain('! on the same disk');
});

test.each(sizes)(
	'the end of the first start shows the password and what y would write, at $columns x $rows',
	(size) => {
		const state = sampleState(size, { active: 'setup', tabs: ['setup'] });
		const setup = {
			...state.screens.setup,
			step: 6,
			done: true,
			password: 'correct-horse-battery-staple-1234',
			saving: ['one', 'two', 'three', 'four'],
			schedule: { lines: ['/etc/cron.d/backup-tui (new)'], state: 'offered' as const },
		};
		const shown = text({ ...state, screens: { ...state.screens, setup } });
		expect(shown).toContain('correct-horse-battery-staple-1234');
		expect(shown).toContain('/etc/cron.d/backup-tui (new)');
		expect(shown).toContain('y writes them');
	},
);

test.each([normal, wide, small])(
	'help lists the keys of the screen, question says what Enter means, at $columns x $rows',
	(size) => {
		const help = text(
			sampleState(size, {
				active: 'stacks',
				dialog: { kind: 'help', input: textInput('undo'), list: { cursor: 0, top: 0 } },
			}),
		);
		expect(help).toMatch(/u +Take the last change/);
		const asked = text(
			sampleState(size, {
				dialog: {
					kind: 'confirm',
					title: 'Back up 2 stacks?',
					lines: ['immich, web'],
					intent: { kind: 'start', args: ['backup'], says: '' },
					command: 'backup-tui backup',
					input: textInput(),
				},
			}),
		);
		expect(asked).toContain('Back up 2 stacks?');
		expect(asked).toMatch(/y = yes +Enter or Esc = no/);
	},
);

test('the menu has the numbers of the older program', () => {
	const shown = text(sampleState(normal, { active: 'menu' }));
	expect(shown).toMatch(/> 1 +Backup +r/);
	expect(shown).toMatch(/3 +Cloud restore/);
	expect(shown).toMatch(/6 +Restic repository/);
});

test.each(sizes)(
	'a stack that was put down on purpose says so, and is no fault, at $columns x $rows',
	(size) => {
		const off = { state: 'not_found' as const, up: 0, expected: 0, services: [], putDownAt: now - 7_200_000 };
		const data = {
			stacks: {
				loading: false,
				value: { entries: [entry('immich')], dirlist: '/etc/dirlist', stacksDir: '/opt' },
			},
			states: { loading: false, value: { byKey: { immich: off } } },
			runs: { loading: false, value: [run('20260415-010000-0411', 11)] },
			overview: { loading: false, value: { findings: [], stacks: {}, remotes: {} } },
		};
		const home = text(sampleState(size, {}, data));
		expect(home).toContain('Health: all right');
		expect(home).toMatch(/immich +taken down/);
		const stacks = text(sampleState(size, { active: 'stacks' }, data));
		expect(stacks).toMatch(/\[x\] immich +taken down/);
		if (size !== small) expect(stacks).toContain('on purpose');
		if (size === wide) expect(stacks).toMatch(/state +taken down on purpose today 12:20: U brings it up/);
	},
);

test.each(sizes)('the last step of the first start says what Enter writes, at $columns x $rows', (size) => {
	const state = sampleState(size, { active: 'setup', tabs: ['setup'] });
	const setup = {
		...state.screens.setup,
		step: 6,
		configFile: '/etc/backup-tui/config.ini',
		preview: '# a comment\n[docker]\nDOCKER_STACKS_DIR=/opt\n\n[restore]\n\n[paths]\n',
	};
	const shown = text({ ...state, screens: { ...state.screens, setup } });
	expect(shown).toContain('Enter write it');
	if (size === small) expect(shown).toContain('Setup 7/7: Save');
	else {
		expect(shown).toContain('DOCKER_STACKS_DIR=/opt');
		expect(shown).not.toContain('[paths]');
	}
});

test.each(sizes)('a mount that no backup holds says why in full, at $columns x $rows', (size) => {
	const why =
		'a network file system that cannot be read without the credentials the container was given at its start';
	const state = sampleState(
		size,
		{ active: 'stacks' },
		{
			details: {
				'/srv/ext/blog': {
					loading: false,
					value: {
						composeFiles: ['compose.yaml'],
						project: 'blog',
						method: 'down',
						mounts: [{ label: 'media (volume)', captured: 'missing', why }],
						excludes: [],
						warnings: [],
					},
				},
			},
		},
	);
	const screen = { ...state.screens.stacks, detail: true };
	const at = (detailTop: number) =>
		text({ ...state, screens: { ...state.screens, stacks: { ...screen, detailTop } } });
	// What does not fit is reached by moving on.
	const shown = size === small ? at(4) : at(0);
	const pane = shown.split('\n').map((row) => (size === wide ? row.slice(row.lastIndexOf('││')) : row));
	expect(pane.join('').replaceAll(/[│\s]+/g, '')).toContain(`NOTinbackup:${why.replaceAll(' ', '')}`);
});

test('what tells most fits a small terminal: the finding, the stack of a snapshot, how far a remote is behind', () => {
	const check = { id: 'stacks', title: 'stacks', level: 'bad' as const, text: 'gitea: /opt/gitea is gone' };
	const doctor = sampleState(small, { active: 'doctor' }, { checks: { loading: false, value: [check] } });
	expect(text(doctor)).toContain('> ✘ stacks: gitea: /opt/gitea is gone');
	expect(text(sampleState(small, { active: 'snapshots' }, snapshots))).toContain(
		'> a1b2c3d4 today 14:20 immich',
	);
	const cloud = sampleState(small, { active: 'cloud' }, { remotes: { loading: false, value: [remote] } });
	expect(text(cloud)).toContain('3 snapshots are not there yet');
	const where = sampleState(small, { active: 'restore' });
	const restore = { ...where.screens.restore, step: 'where' as const };
	expect(text({ ...where, screens: { ...where.screens, restore } })).not.toContain('…');
});
