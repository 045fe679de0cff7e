import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	containersOf,
	docker,
	fillWithOddFiles,
	type Host,
	initRepository,
	leftovers,
	stack,
	startCli,
	type TestStack,
	testHost,
	testImage,
	writeDirlist,
} from './rig/index.ts';

/** A web server with published ports, a fixed name, a volume, a bind of its directory, and a cron-like service that is off. */
async function liveStack(): Promise<{
	readonly host: Host;
	readonly app: TestStack;
	readonly volume: string;
	readonly port: number;
}> {
	const host = await testHost({ config: restoreConfig() });
	const port = 20_000 + (Number.parseInt(host.name.slice(2, 6), 16) % 9_000);
	const web = [
		'  web:',
		`    image: ${testImage}`,
		`    container_name: ${host.name}-fixed`,
		`    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -p 80 -h /html; sleep 1000000 & wait"]`,
		'    volumes: ["./html:/html:ro", "data:/data"]',
		`    ports: ["127.0.0.1:${port}:80"]`,
		'    labels: {proxy.enable: "true"}',
		'    environment: {SECRET: "a$$b"}',
	].join('\n');
	const app = await stack(host, 'app', composeYaml([web], ['data']), {
		files: { 'html/index.html': 'old\n', '.env': 'X=1\n' },
	});
	await compose(app, ['up', '-d']);
	const volume = await mountpoint(host, `${app.project}_data`);
	await fillWithOddFiles(volume);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	return { host, app, volume, port };
}

async function portsOf(host: Host, container: string): Promise<string> {
	return (
		await docker(host, ['inspect', '-f', '{{json .HostConfig.PortBindings}}', container])
	).stdout.trim();
}

test('the old state beside the live one: its own directory, project and volumes, nothing published; removed as it says', async () => {
	const { host, app, volume, port } = await liveStack();
	writeFileSync(join(volume, 'new'), 'new');
	writeFileSync(join(app.directory, 'html/index.html'), 'new\n');
	const before = await containersOf(host, app.project);
	const name = `${host.name}-old`;
	const made = await cli(host, ['restore', '--stack', app.name, '--as', name]);
	expect(made.stdout + made.stderr).toContain(`web: not published: ${port}`);
	expect(await containersOf(host, app.project)).toEqual(before);
	expect(readFileSync(join(volume, 'new'), 'utf8')).toBe('new');

	const [copy] = await containersOf(host, name);
	expect(copy).toMatchObject({ name: `${name}-web-1`, status: 'running' });
	expect(copy?.mounts).toEqual([
		`bind:${join(host.stacksDir, name, 'html')} -> /html`,
		`volume:${name}_data -> /data`,
	]);
	expect(await portsOf(host, `${name}-web-1`)).toBe('{}');
	const inspect = (what: string) => docker(host, ['inspect', '-f', what, `${name}-web-1`]);
	expect((await inspect('{{json .Config.Labels}}')).stdout).not.toContain('proxy.enable');
	expect((await inspect('{{json .Config.Env}}')).stdout).toContain('SECRET=a$b');
	const page = await docker(host, ['exec', `${name}-web-1`, 'wget', '-qO-', 'http://127.0.0.1/']);
	expect(page.stdout).toBe('old\n');
	const other = await mountpoint(host, `${name}_data`);
	expect(await compareTrees(volume, other, { skipRoot: true, ignore: (path) => path === 'new' })).toEqual([]);
	expect(statSync(join(host.stacksDir, name, 'compose.yaml')).mode & 0o777).toBe(0o600);

	// Twice the same name is refused and changes nothing.
	const again = await cli(host, ['restore', '--stack', app.name, '--as', name], 4);
	expect(again.stdout).toContain('is there already');
	const remove = /remove it: (docker compose \S+ \S+ down -v)/.exec(made.stdout)?.[1] ?? '';
	await docker(host, remove.split(' ').slice(1));
	expect(await containersOf(host, name)).toEqual([]);
	expect(existsSync(volume)).toBe(true);
	expect(await containersOf(host, app.project)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});

test('killed while it is made: named, done again by the command it tells, or given up by deleting it', async () => {
	const { host, app, volume } = await liveStack();
	const before = await containersOf(host, app.project);
	const name = `${host.name}-old`;
	const directory = join(host.stacksDir, name);
	const begin = async () => {
		const making = startCli(host, ['restore', '--stack', app.name, '--as', name, '--json']);
		await making.waitFor(new RegExp(`"phase-end".*"restore".*"target":"${app.directory}"`));
		making.kill('SIGKILL');
		await making.done;
	};
	await begin();
	const told = await cli(host, ['recover'], 4);
	const again =
		/restore again: backup-tui --config \S+ (restore .*?);/.exec(told.stdout + told.stderr)?.[1] ?? '';
	expect(again).toContain(`--as ${name}`);
	await cli(host, again.split(' '));
	expect(await containersOf(host, name)).toMatchObject([{ status: 'running' }]);
	const other = await mountpoint(host, `${name}_data`);
	expect(await compareTrees(volume, other, { skipRoot: true })).toEqual([]);
	expect(existsSync(join(directory, '.env'))).toBe(false);

	await docker(host, ['compose', '-p', name, 'down', '-v']);
	rmSync(directory, { recursive: true });
	await begin();
	await cli(host, ['recover'], 4);
	await docker(host, ['volume', 'rm', '-f', `${name}_data`]);
	rmSync(directory, { recursive: true });
	await cli(host, ['recover']);
	// What the killed one left in the run directory goes with the next one that opens the repository.
	await cli(host, ['backup']);
	expect(await containersOf(host, app.project)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});

test('a port is published where it was asked for; what cannot be is refused before anything is made', async () => {
	const { host, app, port } = await liveStack();
	const name = `${host.name}-old`;
	const as = (publish: string) => ['restore', '--stack', app.name, '--as', name, '--publish', publish];
	expect((await cli(host, as(`${port + 1}:81`), 64)).stdout).toContain('no service has the port');
	await cli(host, ['restore', '--stack', app.name, '--as', 'No Name'], 64);
	expect(existsSync(join(host.stacksDir, name))).toBe(false);

	await cli(host, [...as(`127.0.0.1:${port + 1}:80`), '--dry-run']);
	expect(existsSync(join(host.stacksDir, name))).toBe(false);
	await cli(host, as(`127.0.0.1:${port + 1}:80`));
	expect(JSON.parse(await portsOf(host, `${name}-web-1`))).toEqual({
		'80/tcp': [{ HostIp: '127.0.0.1', HostPort: `${port + 1}` }],
	});
	const page = await fetch(`http://127.0.0.1:${port + 1}/`);
	expect(await page.text()).toBe('old\n');
	expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('old\n');
});
