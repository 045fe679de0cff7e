import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	initRepository,
	runCli,
	sleeper,
	stack,
	startCli,
	testHost,
	writeDirlist,
} from './rig/index.ts';

/** Nothing is scheduled and no copy lies elsewhere on a rig: warnings. */
const allRight = /no problems, \d warnings?$/m;

test('status and health agree: all right after a good backup, not after one that failed, nor with Docker dead', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	expect((await runCli(host, ['status'])).stdout).toMatch(allRight);
	expect((await runCli(host, ['health'])).stdout).toMatch(/^ok, \d warnings?: /);

	const mistyped = await runCli(host, ['backup', 'nosuch']);
	expect(mistyped.code).toBe(64);
	expect((await runCli(host, ['status'])).stdout, 'a mistyped name is no failed backup').toMatch(allRight);
	expect((await runCli(host, ['health'])).code).toBe(0);

	const dead = { env: { DOCKER_HOST: 'unix:///nonexistent' } };
	const blind = await runCli(host, ['status'], dead);
	expect(blind.stdout).toMatch(/the Docker daemon does not answer/);
	expect(blind.stdout).not.toMatch(allRight);
	for (const args of [['backup'], ['stacks', 'down', app.name], ['coverage'], ['health'], ['doctor']])
		expect((await runCli(host, args, dead)).code, args.join(' ')).toBe(69);

	await writeFile(host.passwordFile, 'another\n', { mode: 0o600 });
	expect((await runCli(host, ['backup'])).code).toBe(1);
	const status = await runCli(host, ['status']);
	expect(status.stdout).toMatch(/the last backup failed: .*password.*: backup-tui .*logs \d/);
	expect(status.stdout).not.toMatch(allRight);
	const health = await runCli(host, ['health']);
	expect(health.stdout.match(/the last backup failed/g)).toHaveLength(1);
	expect(health.code).not.toBe(0);
});

test('a command that is refused because another run is at work says so, on the screen and in its log', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	const backup = startCli(host, ['backup']);
	await backup.waitFor('plan: 1 stack');
	const refused = await runCli(host, ['stacks', 'down', app.name]);
	expect(refused.stderr).toMatch(/stacks are being changed: backup \(run \S+, pid \d+\)/);
	expect(refused.stderr).toMatch(
		/hint: wait for it with --lock-wait, or watch it: backup-tui --config \S+ attach/,
	);
	expect(refused.code).toBe(75);
	expect((await backup.done).code).toBe(0);

	const again = await runCli(host, ['backup', 'nosuch']);
	expect(again.stdout).toMatch(/there is no stack "nosuch"/);
	const log = await runCli(host, ['logs', 'latest']);
	expect(log.stdout).toMatch(/there is no stack "nosuch"/);
});
