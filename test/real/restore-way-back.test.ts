import {
	existsSync,
	lchownSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cli, copyTree, inPlace, loseProgram, loseStacks, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	createHost,
	docker,
	type Host,
	initRepository,
	leftovers,
	sleeper,
	stack,
	type TestStack,
	testImage,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

/** A running stack with a directory, two volumes and a bind outside, backed up once and changed since everywhere. */
interface Scene {
	readonly host: Host;
	readonly app: TestStack;
	readonly data: string;
	readonly spare: string;
	readonly outside: string;
	readonly others: string;
}

async function changedStack(host: Host, name: string): Promise<Scene> {
	const outside = join(host.directory, `${name}-outside`);
	mkdirSync(outside);
	const yaml = composeYaml(
		[sleeper('web', [`volumes: ["data:/data", "spare:/spare", "./html:/html", "${outside}:/outside"]`])],
		['data', 'spare'],
	);
	const app = await stack(host, name, yaml, {
		files: { 'html/index.html': 'first', 'html/sub/deep': 'first' },
	});
	await compose(app, ['up', '-d']);
	const data = await mountpoint(host, `${app.project}_data`);
	const spare = await mountpoint(host, `${app.project}_spare`);
	for (const root of [data, spare, outside]) {
		mkdirSync(join(root, 'sub'));
		for (const file of ['file', 'sub/deep', 'gone']) writeFileSync(join(root, file), 'first');
	}
	await writeDirlist(host, { [app.name]: true });
	await cli(host, ['backup', app.name]);
	for (const root of [data, spare, outside]) {
		for (const file of ['file', 'sub/deep', 'added']) writeFileSync(join(root, file), 'second, and longer');
		rmSync(join(root, 'gone'));
	}
	writeFileSync(join(app.directory, 'html/index.html'), 'second, and longer');
	const others = join(host.directory, `${name}-others`);
	mkdirSync(others);
	return { host, app, data, spare, outside, others };
}

const places = ({ app, data, spare, outside }: Scene) => ({ directory: app.directory, data, spare, outside });

async function remember(scene: Scene): Promise<() => Promise<readonly string[]>> {
	const kept = join(scene.others, 'kept');
	rmSync(kept, { recursive: true, force: true });
	for (const [name, path] of Object.entries(places(scene))) await copyTree(path, join(kept, name));
	return async () => {
		const found: string[] = [];
		for (const [name, path] of Object.entries(places(scene)))
			found.push(...(await compareTrees(join(kept, name), path, { skipRoot: true })));
		return found;
	};
}

/** When the stack's container was started. */
async function stateOf(host: Host, app: TestStack) {
	const format = '{{.State.StartedAt}}';
	const { stdout } = await docker(host, ['inspect', '-f', format, `${app.project}-web-1`]);
	return { started: stdout.trim() };
}

const goBack = ({ app }: Scene) => [
	'restore',
	'--stack',
	app.name,
	'--rollback',
	'--yes',
	'--confirm',
	app.name,
];

describe('after every kind of restore --rollback brings back what was there', () => {
	let scene: Scene;
	let host: Host;
	beforeAll(async () => {
		host = await createHost({ config: { ...restoreConfig(), docker: { SETTLE_SECONDS: 0 } } });
		await initRepository(host);
		scene = await changedStack(host, 'app');
		return () => host.dispose();
	}, 120_000);

	const kinds: readonly (readonly [string, (scene: Scene) => readonly string[]])[] = [
		['all of it', () => []],
		['--delete', () => ['--delete']],
		['--volume', () => ['--volume', 'data']],
		['--volume --include of a file', () => ['--volume', 'data', '--include', 'sub/deep']],
		['--volume --include of a file that is gone', () => ['--volume', 'data', '--include', 'gone']],
		['--include of a folder', () => ['--include', 'html']],
		['--include of a bind', ({ outside }) => ['--include', join(outside, 'sub')]],
	];
	const rollsBack = async (args: (scene: Scene) => readonly string[]) => {
		const differences = await remember(scene);
		await cli(host, inPlace(scene.app, ...args(scene)));
		expect(await differences()).not.toEqual([]);
		await cli(host, goBack(scene));
		expect(await differences()).toEqual([]);
	};
	test.each(kinds.slice(0, 2))('%s', (_, args) => rollsBack(args));

	describe('of a stack that is off', () => {
		beforeAll(async () => {
			await compose(scene.app, ['stop', '--timeout', '5']);
			return async () => void (await compose(scene.app, ['start']));
		});
		test.each(kinds.slice(2))('%s', (_, args) => rollsBack(args));
	});

	test('--into another volume: that one, and not the one of the snapshot', async () => {
		const { app, data } = scene;
		const other = `${app.project}_other`;
		await docker(host, ['volume', 'create', '--label', `com.docker.compose.project=${app.project}`, other]);
		const path = await mountpoint(host, other);
		writeFileSync(join(path, 'file'), 'of the other');
		const differences = await remember(scene);
		await cli(host, inPlace(app, '--volume', 'data', '--into', other));
		expect(readFileSync(join(path, 'file'), 'utf8')).toBe('first');
		writeFileSync(join(data, 'later'), 'later');
		await cli(host, goBack(scene));
		expect(readdirSync(path)).toEqual(['file']);
		expect(readFileSync(join(path, 'file'), 'utf8')).toBe('of the other');
		expect(readFileSync(join(data, 'later'), 'utf8')).toBe('later');
		rmSync(join(data, 'later'));
		expect(await differences()).toEqual([]);
	});

	test('folders that containers of others run on are named beforehand, and nothing is stopped', async () => {
		const { app, outside } = scene;
		const other = `${app.project}-other`;
		const runs = ['run', '-d', '--name', other, '--label', `com.docker.compose.project=${other}`];
		const device = `${other}-device`;
		const driver = ['-o', 'type=none', '-o', 'o=bind', '-o', `device=${outside}`];
		await docker(host, ['volume', 'create', ...driver, device]);
		const link = join(host.directory, 'link');
		symlinkSync(outside, link);
		const used: readonly (readonly [volume: string, folder: string])[] = [
			[`${outside}/sub:/x:ro`, join(outside, 'sub')],
			[`${link}:/x`, outside],
			[`${device}:/x`, outside],
			[`${app.directory}/html:/x`, join(app.directory, 'html')],
		];
		const { started } = await stateOf(host, app);
		for (const [volume, folder] of used) {
			await docker(host, [...runs, '-v', volume, testImage, 'sleep', '1000']);
			const refused = await cli(host, inPlace(app, '--delete'), 4);
			expect(refused.stdout, volume).toContain(`${folder} is in use by ${other}`);
			expect(refused.stdout).toContain(`docker stop ${other}`);
			await docker(host, ['rm', '-f', other]);
		}
		await docker(host, ['volume', 'rm', device]);
		rmSync(link);
		// Only a part of it that is not restored; a folder around it, as tools that manage stacks have it.
		const volumes = ['-v', `${outside}/sub:/x`, '-v', `${host.stacksDir}:/stacks`, '-v', '/:/host:ro'];
		await docker(host, [...runs, ...volumes, testImage, 'sleep', '1000']);
		const preview = await cli(host, inPlace(app, '--include', 'html', '--dry-run'));
		expect(preview.stderr).toContain(`${other} runs and can write there too: it has ${host.stacksDir}`);
		expect(preview.stderr).not.toMatch(/it has \/$/m);
		expect((await stateOf(host, app)).started).toBe(started);
		await docker(host, ['rm', '-f', other]);
	});

	test('T7: a stack, a parent of it, or a bind that was moved away and linked back', async () => {
		const { app, outside } = scene;
		const moved = join(host.directory, 'big disk');
		mkdirSync(moved);
		const link = (from: string, name: string) => {
			renameSync(from, join(moved, name));
			symlinkSync(join(moved, name), from);
		};
		link(outside, 'outside');
		link(host.stacksDir, 'stacks');
		const stackNow = join(moved, 'stacks', app.directory.slice(host.stacksDir.length + 1));
		const now = { ...scene, app: { ...app, directory: stackNow }, outside: join(moved, 'outside') };
		writeFileSync(join(stackNow, 'html/new data'), 'new');
		const differences = await remember(now);
		const preview = await cli(host, ['restore', '--stack', app.name, '--in-place', '--dry-run']);
		expect(preview.stderr).toContain(`${outside} is a link to ${join(moved, 'outside')}`);
		expect(preview.stderr).toContain(`${host.stacksDir} is a link to ${join(moved, 'stacks')}`);
		await cli(host, inPlace(app, '--delete'));
		expect(readFileSync(join(stackNow, 'html/index.html'), 'utf8')).toBe('first');
		expect(readdirSync(join(stackNow, 'html'))).not.toContain('new data');
		expect(readFileSync(join(moved, 'outside', 'file'), 'utf8')).toBe('first');
		await cli(host, goBack(scene));
		expect(await differences()).toEqual([]);
		expect(await leftovers(host)).toEqual([]);
	});

	test('T7: a link of another user is named and not followed; nothing is stopped', async () => {
		const { app, outside } = scene;
		const target = join(host.directory, 'elsewhere');
		mkdirSync(target, { recursive: true });
		rmSync(outside, { force: true });
		symlinkSync(target, outside);
		lchownSync(outside, 1000, 1000);
		const refused = await cli(host, inPlace(app), 4);
		expect(refused.stdout + refused.stderr).toMatch(
			/is a link to .*elsewhere, made by another user \(uid 1000\)/,
		);
		expect(refused.stderr).not.toMatch(/was off for/);
		expect(readdirSync(target)).toEqual([]);
		lchownSync(outside, 0, 0);
		rmSync(target, { recursive: true });
		const dangling = await cli(host, inPlace(app), 4);
		expect(dangling.stdout + dangling.stderr).toMatch(/nothing is there/);
	});
});

test('after restore --all --from-remote on an empty host --rollback takes one stack away again, and brings it back', async () => {
	const host = await createHost();
	try {
		await writeConfig(host, restoreConfig(host));
		await initRepository(host);
		const beside = await stack(host, 'beside', composeYaml([sleeper('web')]));
		await compose(beside, ['up', '-d']);
		const scene = await changedStack(host, 'app');
		const { app, data, spare, outside } = scene;
		await writeDirlist(host, { [app.name]: true, [beside.name]: true });
		await cli(host, ['backup', '--sync']);
		await loseStacks(host, [app, beside]);
		rmSync(outside, { recursive: true });
		await loseProgram(host);
		const restored = await cli(host, ['restore', '--all', '--from-remote', '--yes']);
		expect(restored.stdout).toMatch(/2 stacks restored, 2 running/);
		expect(readFileSync(join(data, 'file'), 'utf8')).toBe('second, and longer');
		writeFileSync(join(data, 'later'), 'later');
		writeFileSync(join(app.directory, 'html/later'), 'later');
		const differences = await remember(scene);

		const back = await cli(host, goBack(scene));
		expect(back.stdout).toContain(`${app.name}  is stopped`);
		expect([app.directory, outside].filter((path) => existsSync(path))).toEqual([]);
		expect([data, spare].flatMap((path) => readdirSync(path))).toEqual([]);
		const running = await docker(host, ['ps', '--format', '{{.Names}}', '--filter', `name=${host.name}`]);
		expect(running.stdout.trim()).toBe(`${beside.project}-web-1`);

		await cli(host, goBack(scene));
		expect(await differences()).toEqual([]);
		expect(readFileSync(join(data, 'later'), 'utf8')).toBe('later');
		expect(await leftovers(host)).toEqual([]);
	} finally {
		await host.dispose();
	}
});

test('T7: inside a stack no link is followed: it is replaced by what the snapshot has, and comes back', async () => {
	const host = await createHost({ config: { ...restoreConfig(), docker: { SETTLE_SECONDS: 0 } } });
	try {
		await initRepository(host);
		const scene = await changedStack(host, 'app');
		const { app, data } = scene;
		const victim = join(host.directory, 'victim');
		mkdirSync(victim);
		writeFileSync(join(victim, 'deep'), 'of somebody else');
		for (const folder of [join(data, 'sub'), join(app.directory, 'html/sub')]) {
			rmSync(folder, { recursive: true });
			symlinkSync(victim, folder);
		}
		const differences = await remember(scene);
		const refused = await cli(host, inPlace(app, '--volume', 'data', '--include', 'sub/deep'), 4);
		expect(refused.stdout + refused.stderr).toMatch(/sub is a link by now/);
		const restored = await cli(host, inPlace(app));
		expect(restored.stderr).toMatch(/links by now, replaced/);
		expect(readFileSync(join(data, 'sub/deep'), 'utf8')).toBe('first');
		expect(readFileSync(join(victim, 'deep'), 'utf8')).toBe('of somebody else');
		await cli(host, goBack(scene));
		expect(await differences()).toEqual([]);
		expect(readFileSync(join(victim, 'deep'), 'utf8')).toBe('of somebody else');
	} finally {
		await host.dispose();
	}
});
