import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	initRepository,
	leftovers,
	run,
	runCli,
	sleeper,
	smallDisk,
	stack,
	testHost,
	toolAge,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

const tag = 'Signature: 8a477f597d28d172789f06886806bc55\n';

function put(root: string, files: Readonly<Record<string, string>>): void {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(join(root, path, '..'), { recursive: true });
		writeFileSync(join(root, path), text);
	}
}

test('T8: --delete takes nothing that the backup left out, by whatever rule; --rollback has all of the rest', async () => {
	const host = await testHost();
	const keeping = {
		...restoreConfig(),
		local_backup: {
			EXCLUDE_CACHES: true,
			EXCLUDE_IF_PRESENT: '.nobackup',
			EXCLUDE: '*.tmp',
			ONE_FILE_SYSTEM: true,
		},
	};
	await writeConfig(host, keeping);
	const app = await stack(host, 'app', composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']));
	const inner = await stack(host, 'inner', composeYaml([sleeper('job')]));
	await compose(app, ['up', '-d']);
	const data = await mountpoint(host, `${app.project}_data`);
	const disk = join(data, 'disk');
	await smallDisk(disk, 2);
	const leftOut = {
		'cache/CACHEDIR.TAG': tag,
		'cache/big': 'cache',
		'private/.nobackup': '',
		'private/key': 'key',
		'plain/x.tmp': 'tmp',
		'disk/film': 'film',
	};
	put(data, { file: 'first', 'plain/in': 'first', ...leftOut });
	const server = createServer().listen(join(data, 'sock'));
	await new Promise((resolve) => server.once('listening', resolve));
	onTestFinished(() => void server.close());
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup', app.name]);

	const added = { 'added/in': 'added', 'plain/added': 'added', 'cache/later': 'later' };
	put(data, { file: 'second', ...added });
	const preview = await cli(host, ['restore', '--stack', app.name, '--in-place', '--delete', '--dry-run']);
	expect(preview.stderr).toMatch(/not in the snapshot, but kept/);
	// What is left out today may be what was left out then: the rules of both count.
	await writeConfig(host, { ...keeping, local_backup: {}, docker: { SETTLE_SECONDS: 1 } });
	await cli(host, inPlace(app, '--delete'));
	for (const [path, text] of Object.entries({ ...leftOut, file: 'first', 'cache/later': 'later' }))
		expect(readFileSync(join(data, path), 'utf8'), path).toBe(text);
	expect(existsSync(join(data, 'sock'))).toBe(true);
	expect([existsSync(join(data, 'added')), existsSync(join(data, 'plain/added'))]).toEqual([false, false]);

	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	for (const [path, text] of Object.entries({ ...leftOut, ...added, file: 'second' }))
		expect(readFileSync(join(data, path), 'utf8'), path).toBe(text);

	// A stack that lies in this one, and came later.
	await run('cp', ['-a', inner.directory, join(app.directory, 'nested')]);
	await writeDirlist(host, { [app.name]: true, [join(app.directory, 'nested')]: true });
	await cli(host, inPlace(app, '--delete'));
	expect(readdirSync(join(app.directory, 'nested'))).toContain('compose.yaml');
	expect(await leftovers(host)).toEqual([]);
});

test('T8, T17: with paths of more than 4096 bytes: nothing below an unreadable folder is deleted, the rest is restored', async () => {
	const host = await testHost({ config: restoreConfig() });
	const app = await stack(host, 'app', composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']));
	await compose(app, ['up', '-d']);
	const data = await mountpoint(host, `${app.project}_data`);
	put(data, { file: 'first', 'sub/in': 'first' });
	// Made step by step, as a program in a container would.
	const long = 'd'.repeat(200);
	const walk =
		"const fs = require('node:fs'); process.chdir(process.argv[1]); for (let i = 0; i < 25; i += 1)";
	const inSteps = (each: string, end: string) =>
		run(process.execPath, ['-e', `${walk} { ${each} process.chdir('${long}'); } ${end}`, data]);
	await inSteps(`fs.mkdirSync('${long}');`, "fs.writeFileSync('deep', 'deep');");
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup'], 6);
	put(data, { file: 'second', 'sub/in': 'second', 'added/in': 'added' });
	const deep = async () => (await inSteps('', "process.stdout.write(fs.readFileSync('deep'))")).stdout;

	if (toolAge === 'old') {
		// It restores beside, where paths are longer.
		const refused = await cli(host, inPlace(app), 4);
		expect(refused.stdout + refused.stderr).toMatch(/longer than 4095 bytes[\s\S]*--target/);
		expect(refused.stderr).not.toMatch(/was off for/);
		await inSteps(
			'',
			`fs.rmSync('deep'); for (let i = 0; i < 25; i += 1) { process.chdir('..'); fs.rmdirSync('${long}'); }`,
		);
		return;
	}
	await cli(host, inPlace(app));
	expect(readFileSync(join(data, 'file'), 'utf8')).toBe('first');
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(join(data, 'file'), 'utf8')).toBe('second');
	expect(readFileSync(join(data, 'added/in'), 'utf8')).toBe('added');
	await cli(host, inPlace(app, '--delete'));
	expect(existsSync(join(data, 'added'))).toBe(false);
	expect(await deep()).toBe('deep');
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(join(data, 'added/in'), 'utf8')).toBe('added');
	expect(await deep()).toBe('deep');
	await run('rm', ['-rf', join(data, long)]);
});

test('T24: a file whose name is not UTF-8 and that is there is not told as new', async () => {
	const host = await testHost({ config: restoreConfig() });
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	const name = Buffer.concat([Buffer.from(`${app.directory}/caf`), Buffer.of(0xe9, 0xe2, 0x82)]);
	writeFileSync(name, 'first');
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	expect([0, 6]).toContain((await runCli(host, ['backup'])).code);
	writeFileSync(name, 'second, longer');
	const preview = await cli(host, ['restore', '--stack', app.name, '--in-place', '--dry-run', '--verbose']);
	expect(preview.stderr).toMatch(/ 0 new, 1 changed/);
	await cli(host, inPlace(app));
	expect(readFileSync(name, 'utf8')).toBe('first');
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(name, 'utf8')).toBe('second, longer');
});
