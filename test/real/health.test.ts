import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../source/services/health/finding.ts';
import {
	compose,
	composeYaml,
	type Host,
	initRepository,
	runCli,
	sleeper,
	stack,
	startCli,
	testHost,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

const quick = {
	docker: { SETTLE_SECONDS: 1, TIMEOUT: 5 },
	local_backup: { WARM: 'never', CHECK_EVERY_DAYS: 0 },
};

async function backedUpHost() {
	const host = await testHost({ config: quick });
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	return { host, app };
}

/** What is not all right, as all three commands tell it: they must not differ. */
async function wrong(
	host: Host,
): Promise<{ readonly texts: readonly string[]; readonly code: number | null }> {
	const [health, doctor, status] = [
		await runCli(host, ['health', '--json']),
		await runCli(host, ['doctor', '--json']),
		await runCli(host, ['status', '--json']),
	];
	const textsOf = (outcome: { readonly stdout: string }) =>
		(JSON.parse(outcome.stdout).findings as Finding[])
			.filter(({ level }) => level !== 'ok')
			// How long ago it was moves on.
			.map(({ level, text }) => `${level}: ${text.replaceAll(/[\d.]+s ago/g, 'just now')}`)
			.toSorted();
	expect(textsOf(doctor)).toEqual(textsOf(health));
	expect(textsOf(status)).toEqual(textsOf(health));
	expect(doctor.code).toBe(health.code);
	const shown = (await runCli(host, ['status'])).stdout.replaceAll(/[\d.]+s ago/g, 'just now');
	for (const text of textsOf(health)) expect(shown).toContain(text.replace(/^\w+: /, ''));
	return { texts: textsOf(health), code: health.code };
}

const never = [
	expect.stringMatching(/^warning: no schedule/),
	expect.stringMatching(/^warning: the repository was never checked/),
	expect.stringMatching(
		/^warning: there is no off-site copy, and the repository is on the disk of the stacks/,
	),
];

test('F3: what was never done is told everywhere, and a backup that fails is red until one succeeds', async () => {
	const { host, app } = await backedUpHost();
	expect((await wrong(host)).texts).toEqual([`problem: ${app.name}: never backed up`, ...never]);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	expect(await wrong(host)).toEqual({ texts: never, code: 0 });
	expect((await runCli(host, ['health'])).stdout).toMatch(/^ok, 3 warnings: /);

	await writeFile(host.passwordFile, 'another\n', { mode: 0o600 });
	expect((await runCli(host, ['backup'])).code).toBe(1);
	const failed = await wrong(host);
	expect(failed.texts).toContainEqual(expect.stringMatching(/problem: the last backup failed: .*password/));
	expect(failed.texts).toContainEqual(expect.stringMatching(/problem: repository: .*password/));
	await writeFile(host.passwordFile, `${host.password}\n`, { mode: 0o600 });
	const still = await wrong(host);
	expect(still.texts).toContainEqual(expect.stringMatching(/problem: the last backup failed/));
	expect(still.code).toBe(8);
	expect((await runCli(host, ['backup', app.name])).code).toBe(0);
	expect(await wrong(host)).toEqual({ texts: never, code: 0 });
});

test('F1: a sync, a check or a retention that failed is red everywhere, by name, until the same succeeds', async () => {
	const { host } = await backedUpHost();
	const withRemote = { ...quick, cloud_sync: { RCLONE_REMOTE: host.remoteDir, RCLONE_PATH: 'copy' } };
	await writeConfig(host, withRemote);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	expect((await wrong(host)).texts).toContain('problem: remote default: never synced');
	expect((await runCli(host, ['sync'])).code).toBe(0);
	const noSchedule = expect.stringMatching(/^warning: no schedule/);
	const sameDisk = expect.stringMatching(/^warning: .*on the same disk as the repository/);
	expect(await wrong(host)).toEqual({ texts: [noSchedule, sameDisk], code: 0 });

	await rename(join(host.remoteDir, 'copy'), join(host.remoteDir, 'away'));
	expect((await runCli(host, ['sync'])).code).toBe(3);
	const lost = await wrong(host);
	expect(lost.code).toBe(8);
	expect(lost.texts[0]).toMatch(
		/^problem: remote default: the last sync failed just now: held back, .*\(last synced/,
	);
	// A refused sync changes nothing, and neither does another duty.
	expect((await runCli(host, ['sync', 'nosuch'])).code).toBe(3);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	expect((await wrong(host)).code).toBe(8);
	await rename(join(host.remoteDir, 'away'), join(host.remoteDir, 'copy'));
	expect((await runCli(host, ['sync'])).code).toBe(0);
	expect(await wrong(host)).toEqual({ texts: [noSchedule, sameDisk], code: 0 });

	// A directory in the place of the index: neither check nor prune can be made.
	const index = join(host.repository, 'index');
	await rename(index, `${index}-away`);
	await mkdir(index);
	expect((await runCli(host, ['check'])).code).not.toBe(0);
	expect((await runCli(host, ['prune', '--yes'])).code).not.toBe(0);
	const damaged = await wrong(host);
	expect(damaged.code).toBe(8);
	expect(damaged.texts).toContainEqual(expect.stringMatching(/problem: the check of the repository /));
	expect(damaged.texts).toContainEqual(expect.stringMatching(/problem: (the last prune|.*retention) failed/));
	await rm(index, { recursive: true });
	await rename(`${index}-away`, index);
	expect((await runCli(host, ['check'])).code).toBe(0);
	expect((await wrong(host)).texts).not.toContainEqual(expect.stringMatching(/the check of the repository/));
	expect((await runCli(host, ['prune', '--yes'])).code).toBe(0);
	expect(await wrong(host)).toEqual({ texts: [noSchedule, sameDisk], code: 0 });
});

test('F2: a refused command is no failed backup: a mistyped name, and a lock that another run holds', async () => {
	const { host, app } = await backedUpHost();
	expect((await runCli(host, ['backup'])).code).toBe(0);
	const before = await wrong(host);
	expect((await runCli(host, ['backup', 'typo'])).code).toBe(64);
	expect(await wrong(host)).toEqual(before);
	const backup = startCli(host, ['backup']);
	await backup.waitFor('plan: 1 stack');
	expect((await runCli(host, ['backup'])).code).toBe(75);
	expect((await backup.done).code).toBe(0);
	expect(await wrong(host)).toEqual(before);
	const status = JSON.parse((await runCli(host, ['status', '--json'])).stdout);
	expect(status.lastBackup.summary).toMatchObject({ exitCode: 0, ok: 1 });
	expect(status.stacks[0]).toMatchObject({ name: app.name, backup: { level: 'ok', state: 'ok' } });
});

test('F7: a broken compose file is a state of its own and one problem, from discovery on', async () => {
	const { host, app } = await backedUpHost();
	const bad = await stack(host, 'bad', 'name: other\nservices:\n  web:\n    image: "x\n');
	const off = await stack(host, 'off', composeYaml([sleeper('web')]));
	await writeDirlist(host, { [app.name]: true, [bad.name]: true, [off.name]: false });
	const { texts, code } = await wrong(host);
	const about = texts.filter((text) => text.includes('cannot be read'));
	expect(about).toEqual([
		expect.stringMatching(/^problem: \S+-bad: compose file cannot be read: compose\.yaml: Missing closing/),
	]);
	expect(code).toBe(8);
	const states = JSON.parse((await runCli(host, ['stacks', '--json'])).stdout).stacks.map(
		(one: { readonly name: string; readonly state: string; readonly unreadable?: string }) => [
			one.name,
			one.state,
			one.unreadable !== undefined,
		],
	);
	expect(states).toEqual([
		[app.name, 'running', false],
		[bad.name, 'unreadable', true],
		[off.name, 'not_found', false],
	]);
	const words = new RegExp(`${app.name} +running 1/1[^]*${bad.name} +unreadable[^]*${off.name} +down`);
	for (const command of ['stacks', 'status'])
		expect((await runCli(host, [command])).stdout, command).toMatch(words);
	const plan = await runCli(host, ['backup', '--dry-run']);
	expect(plan.stderr).toMatch(new RegExp(`${bad.name} +unreadable, copied as it is`));

	await writeFile(join(bad.directory, 'compose.yaml'), composeYaml([sleeper('web')]));
	expect((await wrong(host)).texts.filter((text) => text.includes('cannot be read'))).toEqual([]);
});

test('T16: a run that a signal has stopped in its downtime is a problem, with the stack that it keeps down', async () => {
	const { host, app } = await backedUpHost();
	expect((await runCli(host, ['backup'])).code).toBe(0);
	const backup = startCli(host, ['backup', '--json']);
	await backup.waitFor(/"type":"downtime-start"/);
	backup.kill('SIGSTOP');
	const { texts, code } = await wrong(host);
	expect(texts).toContainEqual(
		expect.stringMatching(
			new RegExp(
				`problem: ${app.name} is down since \\d{4}-.* UTC: backup run .*pid ${backup.pid}.* was stopped`,
			),
		),
	);
	expect(code).toBe(7);
	const status = await runCli(host, ['status']);
	expect(status.stdout).toMatch(new RegExp(`✘ ${app.name} `));
	expect(status.stdout).toContain(`let it continue: kill -CONT ${backup.pid}`);
	backup.kill('SIGCONT');
	expect((await backup.done).code).toBe(0);
	expect((await wrong(host)).code).toBe(0);
});
