import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, mountpoint } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	containersOf,
	docker,
	initRepository,
	leftovers,
	runCli,
	sleeper,
	snapshots,
	stack,
	testHost,
	testImage,
	writeDirlist,
} from './rig/index.ts';

test('T23: a copy shares nothing with containers that run, and has the secrets of its env file', async () => {
	// Not taken down for the copy: what hangs on a container of others would not come up without it.
	const host = await testHost({ config: { docker: { SETTLE_SECONDS: 1, METHOD: 'none' } } });
	const store = `${host.name}-store`;
	const hold = ['--init', testImage, 'sleep', '1000000'];
	await docker(host, ['run', '-d', '--name', store, '--ipc', 'shareable', '-v', `${store}:/store`, ...hold]);
	onTestFinished(async () => {
		await docker(host, ['rm', '-f', store], { anyCode: true });
		await docker(host, ['volume', 'rm', store], { anyCode: true });
	});
	const web = sleeper('web', [
		`volumes_from: ["container:${store}"]`,
		`ipc: "container:${store}"`,
		`pid: "container:${store}"`,
		'volumes: ["data:/data"]',
		'secrets: [token]',
	]);
	const yaml = `${composeYaml([web], ['data'])}secrets: {token: {environment: TOKEN}}\n`;
	const app = await stack(host, 'app', yaml, {
		files: { '.env': `COMPOSE_PROJECT_NAME=${host.name}-app\nPART=b\nTOKEN="a \${PART} c"\nOTHER=no\n` },
	});
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await runCli(host, ['backup']);
	expect(await snapshots(host)).not.toEqual([]);
	const before = await containersOf(host, app.project);

	const name = `${host.name}-old`;
	const made = await cli(host, ['restore', '--stack', app.name, '--as', name]);
	const told = made.stdout + made.stderr;
	expect(told).toContain(`web: without the volumes of container:${store}`);
	expect(told).toContain(`web: with memory of its own instead of that of container:${store}`);
	expect(told).not.toContain('no service uses it');
	const inspect = async (what: string) =>
		(await docker(host, ['inspect', '-f', `{{json ${what}}}`, `${name}-web-1`])).stdout.trim();
	expect(JSON.parse(await inspect('.HostConfig.VolumesFrom')) ?? []).toEqual([]);
	expect(await inspect('.HostConfig.IpcMode')).not.toContain('container:');
	expect(await inspect('.HostConfig.PidMode')).not.toContain('container:');
	expect(await inspect('.Mounts')).not.toContain(store);
	const secret = await docker(host, ['exec', `${name}-web-1`, 'cat', '/run/secrets/token']);
	expect(secret.stdout).toBe('a b c');
	const env = join(host.stacksDir, name, '.env');
	expect(readFileSync(env, 'utf8')).toBe('PART=b\nTOKEN="a ${PART} c"\n');
	expect(statSync(env).mode & 0o777).toBe(0o600);
	expect(await containersOf(host, app.project)).toEqual(before);
	expect(existsSync(await mountpoint(host, store))).toBe(true);
	// It is a stack like any other: Compose understands it without more words.
	await docker(host, ['compose', '-p', name, 'config', '-q'], { cwd: join(host.stacksDir, name) });
	await docker(host, ['compose', '-p', name, 'down', '-v']);

	// A secret that came from the shell is in no file: refused before anything is made.
	const shell = `${composeYaml([sleeper('web', ['secrets: [key]'])])}secrets: {key: {environment: KEY}}\n`;
	const other = await stack(host, 'shell', shell);
	await compose(other, ['up', '-d'], { env: { ...host.env, KEY: 'x' } });
	await writeDirlist(host, { [other.name]: true });
	await runCli(host, ['backup'], { env: { KEY: 'x' } });
	const count = (await snapshots(host)).length;
	const second = `${host.name}-second`;
	const refused = await runCli(host, ['restore', '--stack', other.name, '--as', second]);
	expect([count, refused.code], refused.stdout + refused.stderr).toEqual([2, 4]);
	expect(refused.stdout).toMatch(/secret key \(variable KEY\)/);
	expect(existsSync(join(host.stacksDir, second))).toBe(false);
	expect(await leftovers(host)).toEqual([]);
});
