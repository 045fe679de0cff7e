import { expect, test } from 'vitest';
import type { RunEvent } from '../../../source/runs/events.ts';
import { applyRunEvents, emptyRunView } from '../../../source/tui/run/run-view.ts';
import { now, run, sampleState } from '../rig/sample.ts';
import { show, sizes } from '../rig/terminal.tsx';

const id = '20260416-122000-beef';
const [normal, wide, small] = sizes;

type Told = { readonly type: RunEvent['type'] } & Readonly<Record<string, unknown>>;

/** What a person sees of an ended run with these events. */
function shown(
	size: (typeof sizes)[number],
	command: string,
	exitCode: number,
	told: readonly Told[],
): string {
	const events = told.map((event, index) => ({
		v: 1,
		ts: new Date(now - 60_000 + index * 1000).toISOString(),
		run: id,
		seq: index + 1,
		...event,
	})) as unknown as readonly RunEvent[];
	const summary = {
		exitCode,
		endedAt: new Date(now).toISOString(),
		ms: 2300,
		ok: 1,
		failed: 0,
		skipped: 0,
		addedBytes: 0,
		downtimeMs: 0,
	};
	const shot = show(
		sampleState(
			size,
			{ active: 'run' },
			{
				runs: { loading: false, value: [run(id, 0.1, { command, summary })] },
				views: { [id]: applyRunEvents(emptyRunView(id), events) },
			},
		),
	);
	const text = shot.text();
	shot.end();
	return text;
}

/** Rows put together again that were broken at the edge of a box. */
const unbroken = (text: string) => text.replaceAll(/[│\s]+/g, '');

test.each(sizes)(
	'a restore that went well has its tick and says in full where the files are, at $columns x $rows',
	(size) => {
		const where = '/var/lib/backup-tui/restore/immich-a1b2c3d4-of-the-sixteenth-of-april';
		const text = shown(size, 'restore', 0, [
			{ type: 'phase-start', phase: 'restore', stack: 'immich', target: '/opt/immich' },
			{ type: 'phase-end', phase: 'restore', stack: 'immich', target: '/opt/immich', ok: true, ms: 612 },
			{
				type: 'restore-end',
				stack: 'immich',
				mode: 'target',
				ok: true,
				snapshot: 'a1',
				state: 'files',
				where,
				entries: 1,
				bytes: 140,
				ms: 2300,
				downtimeMs: 0,
				notes: [],
			},
			{
				type: 'run-end',
				exitCode: 0,
				ms: 2340,
				ok: 1,
				failed: 0,
				skipped: 0,
				addedBytes: 0,
				downtimeMs: 0,
				problems: [],
			},
		]);
		expect(text).toContain('✔ immich');
		expect(text).not.toContain('✘');
		expect(unbroken(text)).toContain(where);
	},
);

test.each([normal, wide])(
	'what went wrong and the way out are there in full, and counted once, at $columns x $rows',
	(size) => {
		const problem = {
			code: 'repository-missing',
			message: 'there is no repository at /mnt/backup/restic-repo',
			hint: 'if its disk is not mounted, mount it; to make a new one: backup-tui backup --init',
		};
		const text = shown(size, 'backup', 2, [
			{ type: 'message', level: 'error', text: problem.message },
			{
				type: 'run-end',
				exitCode: 2,
				ms: 300,
				ok: 0,
				failed: 0,
				skipped: 0,
				addedBytes: 0,
				downtimeMs: 0,
				problems: [problem],
			},
		]);
		expect(text).toContain('1 error ');
		expect(unbroken(text)).toContain(unbroken(problem.hint));
	},
);

test('on a small terminal each stack says how long it was off', () => {
	const text = shown(small, 'backup', 0, [
		{ type: 'phase-start', phase: 'copy', stack: 'immich' },
		{ type: 'phase-end', phase: 'copy', stack: 'immich', ok: true, ms: 600 },
		{
			type: 'stack-end',
			stack: 'immich',
			outcome: 'ok',
			ms: 70_000,
			downtimeMs: 61_000,
			addedBytes: 1024,
			problems: [],
		},
	]);
	expect(text).toMatch(/✔ immich +off 1m01s +\+1\.0 KiB/);
});

test('an ended run that is looked at while another goes on says how to come to that', () => {
	const old = '20260416-110000-aaaa';
	const state = sampleState(
		normal,
		{ active: 'run' },
		{
			runs: { loading: false, value: [run(id, 0.1, { status: 'running' }), run(old, 2)] },
			views: { [old]: { ...emptyRunView(old), seq: 1 } },
		},
	);
	const shot = show({ ...state, screens: { ...state.screens, run: { ...state.screens.run, id: old } } });
	expect(shot.text()).toContain('Run aaaa');
	expect(shot.text()).toContain('Esc: the run that is going on');
	shot.end();
});

test.each(sizes)(
	'how fast restic copies shows, though it does not say so itself, at $columns x $rows',
	(size) => {
		const progress = (megabytes: number) => ({
			type: 'progress' as const,
			stack: 'immich',
			phase: 'copy',
			bytesDone: megabytes * 1024 * 1024,
			bytesTotal: 4096 * 1024 * 1024,
			filesDone: 1,
			filesTotal: 2,
		});
		const told = [
			{ type: 'phase-start' as const, phase: 'copy', stack: 'immich' },
			...[0, 100, 220, 350].map(progress),
		];
		const events = told.map((event, index) => ({
			v: 1,
			ts: new Date(now - 10_000 + index * 1000).toISOString(),
			run: id,
			seq: index + 1,
			...event,
		})) as unknown as readonly RunEvent[];
		const running = run(id, 0.01, { status: 'running' });
		const views = { [id]: applyRunEvents(emptyRunView(id), events) };
		const shot = show(
			sampleState(size, { active: 'run' }, { runs: { loading: false, value: [running] }, views }),
		);
		expect(shot.text()).toContain('130 MiB/s');
		if (size !== small) expect(shot.text()).toMatch(/rate +\S{3} +peak 130 MiB\/s/);
		shot.end();
	},
);
