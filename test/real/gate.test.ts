import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	docker,
	initRepository,
	inventory,
	leftovers,
	processesOf,
	restic,
	runCli,
	sleeper,
	snapshots,
	stack,
	startCli,
	testHost,
	tools,
	writeDirlist,
} from './rig/index.ts';

/** Without a warm pass, which makes a snapshot of its own. */
const quick = { docker: { SETTLE_SECONDS: 1, TIMEOUT: 5 }, local_backup: { WARM: 'never' } };

async function runningStack() {
	const host = await testHost({ config: quick });
	await initRepository(host);
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	return { host, app };
}

test('restic is at the gate before the stack goes down, and copies only after', async () => {
	const { host } = await runningStack();
	const result = await runCli(host, ['backup', '--json']);
	expect(result.code, result.stdout).toBe(0);
	const phases = result.stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line))
		.filter((event) => event.type === 'phase-end')
		.map((event) => event.phase);
	expect(phases.slice(0, 4)).toEqual(['gate', 'down', 'copy', 'up']);
});

test('the program is killed while restic waits: restic ends by itself, no snapshot of the running stack is made', async () => {
	const { host, app } = await runningStack();
	const before = await inventory(host);
	const cli = startCli(host, ['backup', '--json']);
	await cli.waitFor(/"type":"phase-end",[^\n]*"phase":"gate"/);
	cli.kill('SIGKILL');
	await cli.done;
	for (
		let tries = 0;
		tries < 100 && (await processesOf(host)).some((one) => /restic/.test(one.commandLine));
		tries += 1
	) {
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	expect((await processesOf(host)).filter((one) => /restic/.test(one.commandLine))).toEqual([]);
	expect(await snapshots(host)).toEqual([]);
	expect((await restic(host, ['list', 'locks'])).stdout).toBe('');
	expect((await runCli(host, ['backup'])).code).toBe(0);
	expect(await inventory(host)).toEqual(before);
	expect((await snapshots(host)).filter((one) => one.tags?.includes(app.name))).toHaveLength(1);
	expect(await leftovers(host)).toEqual([]);
});

test('a repository that is locked by somebody else costs the stack no second', async () => {
	const { host, app } = await runningStack();
	const { writeConfig } = await import('./rig/index.ts');
	await writeConfig(host, { ...quick, local_backup: { ...quick.local_backup, RETRY_LOCK: 1 } });
	// Somebody else's check, made slow: it holds an exclusive lock meanwhile.
	await mkdir(join(host.directory, 'other'));
	await writeFile(join(host.directory, 'other', 'f'), randomBytes(500_000));
	await restic(host, ['backup', join(host.directory, 'other')]);
	const child = spawn(
		tools.restic,
		[
			'-r',
			host.repository,
			'--password-file',
			host.passwordFile,
			'check',
			'--read-data',
			'--limit-download',
			'5',
		],
		{ env: host.env, stdio: 'ignore' },
	);
	try {
		for (let tries = 0; tries < 300; tries += 1) {
			if ((await readdir(join(host.repository, 'locks'))).length > 0) break;
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		const ids = (
			await docker(host, ['ps', '-q', '--filter', `label=com.docker.compose.project=${app.project}`])
		).stdout;
		const locked = (await readdir(join(host.repository, 'locks'))).length > 0;
		expect(locked).toBe(true);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stdout + result.stderr).toBe(75);
		expect(
			(await docker(host, ['ps', '-q', '--filter', `label=com.docker.compose.project=${app.project}`]))
				.stdout,
		).toBe(ids);
	} finally {
		child.kill('SIGKILL');
	}
});

test('an end of the gate without its second half is refused by restic itself', async () => {
	const { host } = await runningStack();
	const { run } = await import('./rig/index.ts');
	const gate = join(host.directory, 'gate');
	await run('mkfifo', [gate]);
	const backup = restic(host, ['backup', '--exclude-file', gate, host.stacksDir], { anyCode: true });
	const descriptor = openSync(gate, 'w');
	writeSync(descriptor, '[');
	closeSync(descriptor);
	const ended = await backup;
	expect(ended.code).toBe(1);
	expect(ended.stderr).toMatch(/invalid pattern/);
	expect(await snapshots(host)).toEqual([]);
});
