import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, copyTree, loseStacks, mountpoint } from './restore-rig.ts';
import {
	type ContainerView,
	compareTrees,
	compose,
	composeYaml,
	docker,
	fillWithOddFiles,
	type Host,
	initRepository,
	inventory,
	privateEngine,
	projectRoot,
	runCli,
	sleeper,
	stack,
	testHost,
	testImage,
	volumesRoot,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';
import { serveS3 } from './sync-rig/servers.ts';

/** The commands of a section of docs/disaster.md, in order. */
function documented(section: string): readonly string[] {
	const page = readFileSync(join(projectRoot, 'docs/disaster.md'), 'utf8');
	const part = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
	return [...part.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)]
		.flatMap((block) => (block[1] ?? '').split('\n'))
		.map((line) => line.trim())
		.filter((line) => line.startsWith('backup-tui '));
}

const passphrase = 'correct horse battery staple';

/** What a person types at the passphrase and at "y/N", in flags. */
function typed(host: Host, command: string): readonly string[] {
	const words = command.replace('/mnt/stick', join(host.directory, 'stick')).split(' ').slice(1);
	if (words[0] !== 'recovery-kit') return words;
	return [...words, '--passphrase-file', join(host.directory, 'stick', 'passphrase'), '--yes'];
}

/** Volumes without a name have another one on another machine. */
function nameless(containers: readonly ContainerView[]): readonly ContainerView[] {
	return containers.map((one) => ({
		...one,
		mounts: one.mounts.map((mount) => mount.replace(/[0-9a-f]{64} ->/, 'NAMELESS ->')).sort(),
	}));
}

test('everything comes back on an empty engine from S3 and the kit alone, by the commands of the page', async () => {
	const host = await testHost();
	const s3 = await serveS3(host);
	const at = (...names: string[]) => join(host.directory, ...names);
	await writeConfig(host, {
		docker: { SETTLE_SECONDS: 1 },
		local_backup: { SAVE_IMAGES: true },
		cloud_sync: { REMOTE: s3.name, PATH: 'backup/mirror', RCLONE_CONFIG: at('rclone.conf') },
	});
	const image = `${host.name}-own:1`;
	await docker(host, ['tag', testImage, image]);
	const edge = await stack(
		host,
		'zedge',
		`${composeYaml([sleeper('proxy', ['networks: [net]'])])}networks: {net: {}}\n`,
	);
	const web = [
		'  web:',
		`    image: ${image}`,
		`    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -p 80 -h /html; sleep 1000000 & wait"]`,
		'    volumes: ["./html:/html:ro", "data:/data", "${OUTSIDE}:/outside", "/nameless"]',
		'    networks: [default, edge]',
		'    healthcheck: {test: ["CMD", "wget", "-qO-", "http://127.0.0.1/"], interval: 1s}',
	].join('\n');
	const networks = `networks: {edge: {external: true, name: ${edge.project}_net}}\n`;
	const app = await stack(host, 'app', `${composeYaml([web, sleeper('job')], ['data'])}${networks}`, {
		files: { '.env': `OUTSIDE=${at('outside')}\n`, 'html/index.html': 'answer\n' },
	});
	mkdirSync(at('outside'));
	mkdirSync(at('stick'));
	writeFileSync(at('stick', 'passphrase'), `${passphrase}\n`);
	await compose(edge, ['up', '-d']);
	await compose(app, ['up', '-d', '--wait', '--scale', 'web=2']);
	await compose(app, ['stop', 'job']);
	await fillWithOddFiles(await mountpoint(host, `${app.project}_data`));
	await fillWithOddFiles(at('outside'));
	await writeDirlist(host, { [app.name]: true, [edge.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	await cli(host, ['sync']);
	for (const command of documented('Before that day')) await cli(host, typed(host, command));

	const before = await inventory(host);
	await copyTree(await mountpoint(host, `${app.project}_data`), at('copies', 'data'));
	await copyTree(at('outside'), at('copies', 'outside'));
	await copyTree(app.directory, at('copies', 'app'));
	await loseStacks(host, [app, edge]);
	for (const path of [
		host.stateDir,
		host.logDir,
		host.runDir,
		host.cacheDir,
		host.repository,
		host.stacksDir,
	])
		rmSync(path, { recursive: true, force: true });
	for (const path of [host.configFile, host.dirlist, host.passwordFile, at('rclone.conf'), at('outside')])
		rmSync(path, { recursive: true });

	const engine = await privateEngine();
	onTestFinished(() => engine.dispose(), 120_000);
	const other: Host = { ...host, env: { ...host.env, DOCKER_HOST: engine.address } };
	await docker(other, ['rmi', testImage]);
	const commands = documented('On the day');
	expect(commands.length).toBeGreaterThan(6);
	for (const command of commands) {
		const outcome = await runCli(other, typed(other, command));
		// `status` ends with what it found: no backup of these stacks is known on this machine yet.
		const told = `${command}\n${outcome.stdout}\n${outcome.stderr}`;
		if (!command.includes(' status')) expect(outcome.code, told).toBe(0);
		if (command.includes('--dry-run')) expect((await docker(other, ['ps', '-aq'])).stdout).toBe('');
		if (command.endsWith('restore --all --from-remote --yes'))
			expect(outcome.stdout).toMatch(/2 stacks restored, 2 running/);
	}

	const after = await inventory(other);
	// The service that was off has no container: nobody started it.
	const off = `${app.project}-job-1`;
	expect(nameless(after.containers)).toEqual(nameless(before.containers.filter((one) => one.name !== off)));
	const data = await mountpoint(other, `${app.project}_data`);
	expect(data).not.toContain(await volumesRoot(host));
	expect(await compareTrees(at('copies', 'data'), data)).toEqual([]);
	expect(await compareTrees(at('copies', 'outside'), at('outside'))).toEqual([]);
	expect(await compareTrees(at('copies', 'app'), app.directory)).toEqual([]);
	for (const number of [1, 2]) {
		const container = `${app.project}-web-${number}`;
		const answer = await docker(other, ['exec', container, 'wget', '-qO-', 'http://127.0.0.1/']);
		expect(answer.stdout).toBe('answer\n');
	}
}, 240_000);
