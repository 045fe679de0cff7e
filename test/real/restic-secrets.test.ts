import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command, CommandResult } from '../../source/process/command.ts';
import { createProcessRunner } from '../../source/process/run.ts';
import { openRestic, request, resticHost, someFiles } from './restic-host.ts';
import { type Host, initRepository, run, testHost, tools } from './rig/index.ts';
import { makeQuickRepository } from './rig/quick-repository.ts';

/** Everything /proc tells of all processes: command lines and environments. */
async function procText(): Promise<string> {
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
	const parts = pids.flatMap((pid) =>
		['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')),
	);
	return (await Promise.all(parts)).join('\n');
}

async function waitAtGate(host: Host, password: Parameters<typeof openRestic>[1]) {
	const gate = join(host.directory, 'gate');
	await run('mkfifo', [gate]);
	const restic = openRestic(host, password);
	const backup = await restic.startBackup({ ...request(host, [await someFiles(host)]), excludeFile: gate });
	await expect.poll(async () => (await restic.locks()).length).toBe(1);
	return { restic, backup, gate };
}

test('the password is in no command line and no environment, but in one private file for as long as it is needed', async () => {
	const host = await testHost();
	await initRepository(host);
	const inherited = {
		...host.env,
		RESTIC_PASSWORD: host.password,
		RESTIC_PASSWORD_COMMAND: `echo ${host.password}`,
		RESTIC_REPOSITORY: '/wrong',
		RESTIC_HOST: 'wrong',
		AWS_SECRET_ACCESS_KEY: 'passes',
	};
	const { restic, backup, gate } = await waitAtGate(host, {
		password: { kind: 'value', value: host.password },
		environment: inherited,
	});
	const seen = await procText();
	expect(seen).toContain(host.repository);
	expect(seen).toContain('AWS_SECRET_ACCESS_KEY=passes');
	expect(seen).not.toContain(host.password);
	expect(await restic.commandLine(['snapshots'])).not.toContain(host.password);

	const [folder = ''] = await readdir(host.runDir);
	expect((await stat(join(host.runDir, folder))).mode & 0o777).toBe(0o700);
	expect((await stat(join(host.runDir, folder, 'password'))).mode & 0o777).toBe(0o600);
	await writeFile(gate, '');
	await backup.result;
	await restic.close();
	expect(await readdir(host.runDir)).toEqual([]);
});

test('the password file of a killed process is removed by the next one', async () => {
	const { host } = await resticHost();
	const script = join(host.directory, 'killed.ts');
	const client = new URL('../../source/restic/secrets-directory.ts', import.meta.url).pathname;
	await writeFile(
		script,
		`import { createSecretsDirectory } from ${JSON.stringify(client)};
		createSecretsDirectory(${JSON.stringify(host.runDir)}).write('password', 'x');
		process.kill(process.pid, 'SIGKILL');`,
	);
	await run(tools.node, [script], { anyCode: true });
	expect(await readdir(host.runDir)).toHaveLength(1);
	const restic = openRestic(host);
	await restic.snapshots();
	expect(await readdir(host.runDir)).toHaveLength(1);
	await restic.close();
	expect(await readdir(host.runDir)).toEqual([]);
});

test('a password command is run without a shell, and what it says is in no result', async () => {
	const { host } = await resticHost();
	const results: { readonly command: Command; readonly result: CommandResult }[] = [];
	const runner = createProcessRunner({
		cookie: host.name,
		onEnd: (command, result) => results.push({ command, result }),
	});
	const marker = join(host.directory, 'pwned');
	const argv = ['/bin/cat', host.passwordFile];
	const restic = openRestic(host, { runner, password: { kind: 'command', argv } });
	expect(await restic.snapshots()).toEqual([]);
	expect(JSON.stringify(results)).not.toContain(host.password);

	const shell = openRestic(host, {
		password: { kind: 'command', argv: ['/bin/echo', `x; touch ${marker}`] },
	});
	await expect(shell.snapshots()).rejects.toMatchObject({ code: 'repository-password' });
	await expect(stat(marker)).rejects.toThrow();

	const talkative = ['/bin/sh', '-c', `echo ${host.password} >&2; exit 3`];
	const failing = openRestic(host, { runner, password: { kind: 'command', argv: talkative } });
	const error: unknown = await failing.snapshots().catch((caught: unknown) => caught);
	expect(error).toMatchObject({ code: 'password-missing', message: /code 3/ });
	const { message, hint, detail } = error as { message: string; hint: string; detail: string };
	expect([message, hint, detail].join()).not.toContain(host.password);
	const empty = openRestic(host, { password: { kind: 'command', argv: ['/bin/true'] } });
	await expect(empty.snapshots()).rejects.toMatchObject({ code: 'password-missing' });
});

test('passwords with every kind of character arrive as they are', async () => {
	const host = await testHost();
	for (const [index, password] of ['a b\'c"d$e`f\\g', 'ümläut☃', '#;%{}', '-r', 'multi\nline'].entries()) {
		const repository = join(host.directory, `repository-${index}`);
		const made = { repository, password: { kind: 'value', value: password } } as const;
		await makeQuickRepository(repository, password);
		expect(await openRestic(host, made).snapshots()).toEqual([]);
		const file = join(host.directory, `password-${index}`);
		await writeFile(file, `${password}\n`);
		await run(tools.restic, ['-r', repository, '--password-file', file, 'cat', 'config'], { env: host.env });
		expect(await openRestic(host, { ...made, password: { kind: 'file', path: file } }).snapshots()).toEqual(
			[],
		);
	}
});
