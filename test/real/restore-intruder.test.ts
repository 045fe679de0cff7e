import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountpoint } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	initRepository,
	inventory,
	runCli,
	sleeper,
	stack,
	startCli,
	testHost,
	writeDirlist,
} from './rig/index.ts';

test('a stack that somebody starts while its data is written is stopped, started again, and named (8)', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']));
	await compose(app, ['up', '-d']);
	const data = join(await mountpoint(host, `${app.project}_data`), 'data');
	writeFileSync(data, 'first\n');
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	const before = await inventory(host);
	writeFileSync(data, 'second\n');

	const sure = ['--yes', '--confirm', app.name];
	const running = startCli(host, ['restore', '--stack', app.name, '--in-place', ...sure, '--json']);
	await running.waitFor(/"type":"phase-start",[^\n]*"phase":"restore"/);
	running.kill('SIGSTOP');
	await compose(app, ['start']);
	running.kill('SIGCONT');
	const { code, stdout } = await running.done;
	expect(code, stdout).toBe(8);
	expect(stdout).toMatch(
		new RegExp(`${app.name} was started by somebody while its data was written: .*web-1`),
	);
	expect(stdout).toMatch(/restore it again: backup-tui restore --stack \S+ --in-place --snapshot \w+/);
	expect(readFileSync(data, 'utf8')).toBe('first\n');
	expect(await inventory(host)).toEqual(before);

	const again = await runCli(host, ['restore', '--stack', app.name, '--in-place', ...sure]);
	expect(again.code, again.stderr).toBe(0);
});
