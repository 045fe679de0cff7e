import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	composeYaml,
	type Host,
	initRepository,
	runCli,
	sleeper,
	stack,
	testHost,
	writeConfig,
} from './rig/index.ts';

/** A program that says it is that version, and fails at all else. */
async function pretend(host: Host, name: string, said: string): Promise<string> {
	const path = join(host.directory, `${name}-${said.replaceAll(/\W/g, '-')}`);
	const script = `#!/bin/sh\n[ "$1" = version ] && { echo "${said}"; exit 0; }\necho "unknown flag" >&2\nexit 1\n`;
	await writeFile(path, script, { mode: 0o755 });
	return path;
}

const rowOf = (title: string, output: string) =>
	output.split('\n').find((line) => line.slice(2).startsWith(`${title} `)) ?? '';

test('doctor names the versions of restic and rclone', async () => {
	const host = await testHost();
	await writeConfig(host, { cloud_sync: { RCLONE_REMOTE: host.directory, RCLONE_PATH: 'off-site' } });
	const { stdout } = await runCli(host, ['doctor']);
	expect(rowOf('restic', stdout)).toMatch(/^[✔!] restic +restic 0\.\d+\.\d+/);
	expect(rowOf('rclone', stdout)).toMatch(/^✔ rclone +rclone 1\.\d+\.\d+/);
});

test('doctor and the commands refuse a restic or an rclone that is too old, and say what to install', async () => {
	const host = await testHost();
	await initRepository(host);
	await stack(host, 'app', composeYaml([sleeper('web')]));
	const cloud = { RCLONE_REMOTE: host.directory, RCLONE_PATH: 'off-site' };
	const oldRclone = await pretend(host, 'rclone', 'rclone v1.53.3-DEV');
	await writeConfig(host, { cloud_sync: cloud, tools: { RCLONE: oldRclone } });

	const doctor = await runCli(host, ['doctor']);
	expect(rowOf('rclone', doctor.stdout)).toMatch(/^✘ rclone +rclone 1\.53\.3-DEV is too old/);
	expect(doctor.stdout).toContain('fix: install rclone 1.60 or newer, or set RCLONE in [tools]');
	expect(doctor.code).toBe(69);
	for (const args of [['sync'], ['sync', '--test'], ['sync', '--dry-run'], ['restore', '--yes']]) {
		const refused = await runCli(host, args);
		expect(refused.stdout + refused.stderr, args.join(' ')).toMatch(
			/rclone 1\.53\.3-DEV is too old[\s\S]*install rclone 1\.60/,
		);
		expect(refused.code, args.join(' ')).toBe(69);
	}
	expect(await readdir(host.directory)).not.toContain('off-site');

	const oldRestic = await pretend(host, 'restic', 'restic 0.12.1 compiled with go1.15.9 on linux/amd64');
	await writeConfig(host, { tools: { RESTIC: oldRestic } });
	const again = await runCli(host, ['doctor']);
	expect(rowOf('restic', again.stdout)).toMatch(/^✘ restic +restic 0\.12\.1 is too old/);
	expect(again.stdout).toContain('fix: install restic 0.14.0 or newer, or set RESTIC in [tools]');
	const backup = await runCli(host, ['backup', '--all']);
	expect(backup.stdout).toMatch(/restic 0\.12\.1 is too old[\s\S]*install restic 0\.14/);
	expect(backup.code).toBe(69);
});

test('doctor says so when the program that was named is not restic, or is not there', async () => {
	const host = await testHost();
	const other = await pretend(host, 'restic', 'borg 1.2.4');
	await writeConfig(host, { tools: { RESTIC: other } });
	expect(rowOf('restic', (await runCli(host, ['doctor'])).stdout)).toMatch(
		/does not answer like restic: borg 1/,
	);
	await writeConfig(host, { tools: { RESTIC: join(host.directory, 'nowhere') } });
	const missing = await runCli(host, ['doctor']);
	expect(rowOf('restic', missing.stdout)).toMatch(/^✘ restic +restic: .*nowhere is not an executable file/);
	expect(missing.code).toBe(69);
});
