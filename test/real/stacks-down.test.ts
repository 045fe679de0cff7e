import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	inventory,
	runCli,
	sleeper,
	stack,
	startCli,
	testHost,
	writeDirlist,
} from './rig/index.ts';

async function runningStack(lines: readonly string[] = []) {
	const host = await testHost({ config: { docker: { TIMEOUT: 10 } } });
	const app = await stack(host, 'app', composeYaml([sleeper('web', lines), sleeper('db')]));
	await compose(app, ['up', '-d', '--scale', 'web=2', 'web', 'db']);
	await compose(app, ['stop', 'db']);
	await compose(app, ['rm', '-f', 'db']);
	await writeDirlist(host, { [app.name]: false });
	return { host, app };
}

test('down stays down, also through recover; up brings back what ran: two of the one, none of the other', async () => {
	const { host, app } = await runningStack();
	const before = await inventory(host);
	const dry = await runCli(host, ['stacks', 'down', app.name, '--dry-run']);
	expect(dry.stderr).toContain('down --timeout');
	expect(await inventory(host)).toEqual(before);
	const down = await runCli(host, ['stacks', 'down', app.name]);
	expect(down.code, down.stderr).toBe(0);
	expect((await compose(app, ['ps', '-q'])).stdout).toBe('');
	expect((await runCli(host, ['recover'])).stdout).toContain('No stack is owed');
	expect((await compose(app, ['ps', '-q'])).stdout).toBe('');
	const listed = /taken down +on purpose, \d{4}-/;
	expect((await runCli(host, ['stacks'])).stdout).toMatch(listed);
	expect((await runCli(host, ['status'])).stdout).toMatch(/taken down +off/);
	const up = await runCli(host, ['stacks', 'up', app.name]);
	expect(up.code, up.stderr).toBe(0);
	expect(await inventory(host)).toEqual(before);
	expect((await runCli(host, ['stacks'])).stdout).not.toMatch(listed);
});

test('up starts a stack that never ran, as its files say', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web'), sleeper('db')]));
	const up = await runCli(host, ['stacks', 'up', app.name]);
	expect(up.code, up.stderr).toBe(0);
	expect((await compose(app, ['ps', '--services'])).stdout.trim().split('\n').sort()).toEqual(['db', 'web']);
});

test('T1: up does not make a container anew that keeps data in no volume', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await compose(app, ['exec', '-T', 'web', 'sh', '-c', 'mkdir /app; echo precious > /app/db.sqlite']);
	const before = await inventory(host);
	const same = await runCli(host, ['stacks', 'up', app.name]);
	expect(same.code, same.stderr).toBe(0);
	await writeFile(join(app.directory, 'compose.yaml'), composeYaml([sleeper('web', ['hostname: other'])]));
	const refused = await runCli(host, ['stacks', 'up', app.name]);
	expect(refused.code, refused.stderr).not.toBe(0);
	expect(refused.stderr).toMatch(/would make .*-web-1 anew, and delete \/app\/db\.sqlite \(9 bytes\)/);
	expect(refused.stderr).toContain(`docker cp ${app.project}-web-1:/app/db.sqlite .`);
	expect(await inventory(host)).toEqual(before);
	expect((await compose(app, ['exec', '-T', 'web', 'cat', '/app/db.sqlite'])).stdout).toBe('precious\n');
});

test('a down that is cut short ends with the stack as it was', async () => {
	const { host, app } = await runningStack(['stop_grace_period: 8s', 'stop_signal: SIGUSR1']);
	const before = await inventory(host);
	const cli = startCli(host, ['stacks', 'down', app.name, '--json']);
	await cli.waitFor(/"type":"phase-start",[^\n]*"phase":"down"/);
	cli.kill('SIGINT');
	expect((await cli.done).code).toBe(130);
	expect(await inventory(host)).toEqual(before);
	expect((await runCli(host, ['recover'])).stdout).toContain('No stack is owed');
});

test('killed while it takes down: the next start brings the stack back', async () => {
	const { host, app } = await runningStack(['stop_grace_period: 8s', 'stop_signal: SIGUSR1']);
	const before = await inventory(host);
	const cli = startCli(host, ['stacks', 'down', app.name, '--json']);
	await cli.waitFor(/"type":"phase-start",[^\n]*"phase":"down"/);
	cli.kill('SIGKILL');
	await cli.done;
	expect((await runCli(host, ['recover'])).code).toBe(0);
	expect(await inventory(host)).toEqual(before);
});

test('a name that is none is an error with what was meant', async () => {
	const { host, app } = await runningStack();
	const result = await runCli(host, ['stacks', 'down', app.name.slice(0, -1)]);
	expect(result.code).toBe(64);
	expect(result.stderr).toContain(app.name);
});

test('an up that fails says what to do: the same again, since nothing is owed that recover would start', async () => {
	const host = await testHost();
	const app = await stack(
		host,
		'app',
		'services:\n  web:\n    image: no-such-image:local\n    pull_policy: never\n',
	);
	await writeDirlist(host, { [app.name]: false });
	const up = await runCli(host, ['stacks', 'up', app.name]);
	// Nothing of it ran before: no stack that was up is down now.
	expect(up.code).toBe(2);
	expect(up.stderr).toContain(`backup-tui --config ${host.configFile} stacks up ${app.name}`);
	expect(up.stderr).not.toMatch(/backup-tui .*recover/);
});
