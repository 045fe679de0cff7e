import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
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
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

const quick = { docker: { SETTLE_SECONDS: 1, TIMEOUT: 5 }, local_backup: { WARM: 'never' } };

async function runningStack() {
	const host = await testHost({ config: quick });
	await initRepository(host);
	const app = await stack(host, 'app', composeYaml([sleeper('web')]), {
		files: { bulk: randomBytes(30_000_000) },
	});
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	return { host, app };
}

describe('runs', () => {
	test('a run is seen from a second terminal while it goes on, and after it', async () => {
		const { host, app } = await runningStack();
		const backup = startCli(host, ['backup', '--json']);
		await backup.waitFor(/"type":"phase-start",[^\n]*"phase":"copy"/);
		const attached = startCli(host, ['attach']);
		const status = JSON.parse((await runCli(host, ['status', '--json'])).stdout);
		const seen = await attached.done;
		const result = await backup.done;
		expect(result.code, result.stdout).toBe(0);
		if (status.running !== undefined) expect(status.running.command).toBe('backup');
		expect(seen.code).toBe(0);
		expect(seen.stderr).toContain(`${app.name}: snapshot`);
		expect(seen.stderr).toContain('exit code 0');

		const list = await runCli(host, ['logs']);
		const id = /^(\d{8}-\d{6}-[0-9a-f-]+)\s/.exec(list.stdout)?.[1] as string;
		expect(list.stdout).toContain('backup');
		const log = await runCli(host, ['logs', id]);
		expect(log.stdout).toContain(`${app.name}: was off for`);
		expect((await runCli(host, ['logs', 'latest', '--level', 'error'])).stdout).toBe('');
		const events = (await runCli(host, ['logs', id, '--json'])).stdout.trim().split('\n');
		expect(events).toEqual(result.stdout.trim().split('\n'));
		expect((await runCli(host, ['logs', 'latest', '--lines', '2'])).stdout.trim().split('\n')).toHaveLength(
			2,
		);
		const again = await runCli(host, ['attach', id]);
		expect(again.code).toBe(0);
	});

	test('a run that was killed is shown as killed, with what to do', async () => {
		const { host } = await runningStack();
		const backup = startCli(host, ['backup', '--json']);
		await backup.waitFor(/"type":"phase-start",[^\n]*"phase":"copy"/);
		backup.kill('SIGKILL');
		await backup.done;
		expect((await runCli(host, ['logs'])).stdout).toContain('killed');
		const status = await runCli(host, ['status']);
		expect(status.stdout).toMatch(/was left down by run .*backup-tui .*recover/);
		const health = await runCli(host, ['health']);
		expect(health.code).toBe(7);
		expect((await runCli(host, ['attach', 'latest'])).code).not.toBe(0);
		expect((await runCli(host, ['recover'])).code).toBe(0);
		const left = JSON.parse((await runCli(host, ['recover', '--json'])).stdout);
		expect(left).toEqual({ owed: [], inHand: [], damaged: [] });
	});

	test('status, health and doctor tell the truth before, after and when Docker is away', async () => {
		const { host, app } = await runningStack();
		expect((await runCli(host, ['status'])).stdout).toContain('never backed up');
		expect((await runCli(host, ['health'])).code).not.toBe(0);
		expect((await runCli(host, ['backup'])).code).toBe(0);
		const status = JSON.parse((await runCli(host, ['status', '--json'])).stdout);
		expect(status).toMatchObject({
			healthy: true,
			owed: [],
			stacks: [{ name: app.name, now: { state: 'running' }, last: { outcome: 'ok' } }],
		});
		const health = await runCli(host, ['health']);
		expect(health.stdout, health.stdout).toMatch(/^ok, \d warnings: /);
		expect(health.code).toBe(0);
		const away = { env: { DOCKER_HOST: `unix://${host.directory}/none.sock` } };
		expect((await runCli(host, ['status'], away)).stdout).toContain('unknown');
		const doctor = await runCli(host, ['doctor', '--json'], away);
		expect(doctor.code).toBe(69);
		expect(
			JSON.parse(doctor.stdout).checks.find((check: { id: string }) => check.id === 'docker').level,
		).toBe('fail');
	});

	test('any command that writes first brings up what a killed run has left down', async () => {
		const { host } = await runningStack();
		const before = await inventory(host);
		const backup = startCli(host, ['backup', '--json']);
		await backup.waitFor(/"type":"phase-start",[^\n]*"phase":"copy"/);
		backup.kill('SIGKILL');
		await backup.done;
		const check = await runCli(host, ['check']);
		expect(check.code, check.stdout + check.stderr).toBe(0);
		expect(check.stderr).toContain('is up again');
		expect(await inventory(host)).toEqual(before);
	});

	test('runs and logs are kept by count', async () => {
		const { host } = await runningStack();
		await writeConfig(host, { ...quick, logging: { KEEP_RUNS: 2 } });
		for (let round = 0; round < 3; round += 1) await runCli(host, ['backup']);
		expect((await runCli(host, ['logs'])).stdout.trim().split('\n')).toHaveLength(2);
	});
});
