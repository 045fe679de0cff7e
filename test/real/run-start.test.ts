import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newRunId } from '../../source/runs/run-id.ts';
import { createProgram } from '../../source/tui/adapter/program.ts';
import { createRunsPort } from '../../source/tui/adapter/runs.ts';
import {
	composeYaml,
	type Host,
	initRepository,
	runCli,
	sleeper,
	stack,
	testHost,
	tools,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

const script = join(import.meta.dirname, '../../bin/backup-tui.js');

/** What the UI starts runs with. */
function starter(host: Host) {
	const program = createProgram({
		program: [tools.node, script],
		env: host.env,
		configFile: host.configFile,
		configNamed: true,
		runDir: host.runDir,
		now: Date.now,
	});
	const { stateDir, logDir } = host;
	return createRunsPort({ stateDir, logDir, program, ended: new AbortController().signal });
}

test('A6: two UIs that start runs at once each get their own run; a refused one is told as data', async () => {
	const host = await testHost();
	const [one, two] = [await stack(host, 'one', composeYaml([sleeper('web')])), 'nosuch'];
	await writeDirlist(host, { [one.name]: true });
	await initRepository(host);
	const [first, second] = [starter(host), starter(host)];
	const started = await Promise.all([first.start(['backup', one.name]), second.start(['backup', two])]);
	const runs = await first.list(10);
	for (const [index, name] of [one.name, two].entries()) {
		const run = runs.find((each) => each.id === started[index]?.run);
		expect(run?.arguments, JSON.stringify(runs)).toContain(name);
		expect(run?.pid).toBe(started[index]?.pid);
	}
	const ended = new AbortController().signal;
	expect(await first.follow(started[0]?.run ?? '', () => {}, ended)).toBe(true);
	await second.follow(started[1]?.run ?? '', () => {}, ended);

	expect(
		await first.start(['stacks', 'list']),
		'a command without a run ends without one',
	).not.toHaveProperty('run');
	await expect(first.start(['backup', '--nosuch-flag'])).rejects.toMatchObject({ code: 'usage' });
	await writeConfig(host, { local_backup: { KEEP_DAILY: 'many' } });
	await expect(first.start(['backup'])).rejects.toMatchObject({
		code: 'config-invalid',
		message: expect.stringContaining('KEEP_DAILY'),
	});
	expect((await readdir(host.runDir)).filter((name) => name.startsWith('backup-tui-ui'))).toEqual([]);
});

test('A6: an id is used once, and has to be one; `logs latest` is the later of two runs in one second', async () => {
	const host = await testHost();
	await initRepository(host);
	const id = newRunId(new Date());
	const report = (name: string) => join(host.directory, name);
	const start = (run: string, name: string) =>
		runCli(host, ['backup', 'nosuch'], {
			env: { BACKUP_TUI_RUN_ID: run, BACKUP_TUI_START_REPORT: report(name) },
		});
	expect((await start(id, 'first')).code).not.toBe(0);
	const again = await start(id, 'second');
	expect(again.code).toBe(64);
	expect(again.stderr).toContain(`the run ID ${id} is already used`);
	expect((await start('../../etc', 'third')).stderr).toContain('is not a run ID');
	const { readStartReport } = await import('../../source/runs/start-report.ts');
	expect(await readStartReport(report('first'))).toMatchObject({ type: 'started', run: id });
	expect(await readStartReport(report('second'))).toMatchObject({
		type: 'refused',
		code: 'usage',
		hint: `backup-tui logs ${id}`,
	});
	expect(await readStartReport(report('third'))).toMatchObject({ type: 'refused', code: 'usage' });
	const [earlier, later] = [newRunId(new Date()), newRunId(new Date())];
	await start(later, 'later');
	await start(earlier, 'earlier');
	const list = JSON.parse((await runCli(host, ['logs', '--json'])).stdout);
	expect(list.runs.map((run: { id: string }) => run.id)).toEqual([later, earlier, id]);
});
