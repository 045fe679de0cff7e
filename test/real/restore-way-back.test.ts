import {
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
import { cli, copyTree, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
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
		host = await createHost({ config: restoreConfig() });
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
	test.each(kinds)('%s', async (_, args) => {
		const differences = await remember(scene);
		await cli(host, inPlace(scene.app, ...args(scene)));
		expect(await differences()).not.toEqual([]);
		await cli(host, goBack(scene));
		expect(await differences()).toEqual([]);
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

test('T7: inside a stack no link is followed: it is replaced by what the snapshot has, and comes back', async () => {
	const host = await createHost({ config: restoreConfig() });
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
