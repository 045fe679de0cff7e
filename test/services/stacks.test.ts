import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findStacks, stackWords } from '../../source/services/stacks/find-stack.ts';
import type { StatesOfStacks } from '../../source/services/stacks/list-stacks.ts';
import { createStacksService } from '../../source/services/stacks.ts';
import { readDirlist } from '../../source/stacks/dirlist-file.ts';
import { discoverStacks } from '../../source/stacks/discover.ts';
import { composeText, stacksDirectory, temporaryDirectory } from '../stacks/stacks-directory.ts';

/** A stacks directory with these stacks, a dirlist with this text (none when undefined), and the service on both. */
function host(names: readonly string[], dirlistText?: string, answer: Partial<StatesOfStacks> = {}) {
	const stacksDir = stacksDirectory(
		Object.fromEntries(names.map((name) => [`${name}/compose.yaml`, composeText])),
	);
	const dirlist = join(temporaryDirectory(), 'dirlist');
	if (dirlistText !== undefined) writeFileSync(dirlist, dirlistText, { mode: 0o600 });
	const service = createStacksService({
		dirlist,
		stacksDir,
		environment: {},
		discover: async (options) =>
			discoverStacks({ stacksDir, dirlist: await readDirlist(dirlist), environment: {}, ...options }),
		readStates: async () => ({ states: new Map(), foreign: [], ...answer }),
	});
	const text = () => readFileSync(dirlist, 'utf8').replace(/^#.*\n/gm, '');
	return { service, stacksDir, dirlist, text };
}

const asked = (...names: string[]) => ({ names, all: false, dryRun: false });

describe('listing', () => {
	test('reads only: no dirlist is made by looking', async () => {
		const { service, dirlist } = host(['web', 'db']);
		const listing = await service.list(true);
		expect(listing.counts).toEqual({ total: 2, enabled: 0, disabled: 2, missing: 0 });
		expect(existsSync(dirlist)).toBe(false);
	});

	test('states, running projects elsewhere, refusals and the lines of the file that are not understood', async () => {
		const { service, stacksDir } = host(['-x', '_x', 'web'], 'web=true\n???\n', {
			states: new Map([['web', { state: 'running', up: 1, expected: 1 }]]),
			foreign: [
				{ project: 'x', workingDir: '/srv/x', running: 1 },
				{ project: 'old', workingDir: '/srv/old', running: 0 },
			],
		});
		const listing = await service.list(true);
		expect(listing.stacks.find(({ stack }) => stack.key === 'web')?.state?.state).toBe('running');
		expect(listing.elsewhere.map(({ workingDir }) => workingDir)).toEqual(['/srv/x']);
		const refused = listing.stacks.filter(({ refusal }) => refusal?.code === 'stack-duplicate');
		expect(refused.map(({ stack }) => stack.key).toSorted()).toEqual(['-x', '_x']);
		expect(refused[0]?.refusal?.message).toContain(`${stacksDir}/-x and ${stacksDir}/_x`);
		expect(listing.problems.map(({ line }) => line)).toEqual([2]);
	});
});

describe('turning on and off', () => {
	test('writes the value, lists new stacks off, keeps the rest', async () => {
		const { service, text } = host(['web', 'db', 'new'], '# mine\nweb = no # shop\ndb=true\n');
		const change = await service.enable(asked('web'));
		expect(change).toMatchObject({
			changed: [{ key: 'web', name: 'web', change: 'enabled' }],
			unchanged: [],
			listed: ['new'],
		});
		expect(text()).toBe('web = true # shop\ndb=true\nnew=false\n');
	});

	test('makes the file when there is none, all others off', async () => {
		const { service, text } = host(['web', 'db', '-x', '#odd']);
		await service.enable(asked('-x', '#odd'));
		expect(text()).toBe('"#odd"=true\n-x=true\ndb=false\nweb=false\n');
	});

	test('a dry run says it and writes nothing', async () => {
		const { service, dirlist } = host(['web']);
		expect(await service.enable({ ...asked('web'), dryRun: true })).toMatchObject({
			dryRun: true,
			changed: [{ change: 'enabled' }],
		});
		expect(existsSync(dirlist)).toBe(false);
	});

	test('one name that is none: nothing is changed, and the nearest is named', async () => {
		const { service, text } = host(['web', 'immich'], 'web=false\n');
		await expect(service.enable(asked('web', 'imich'))).rejects.toMatchObject({
			code: 'stack-unknown',
			exitCode: 64,
			message: expect.stringContaining('"imich"'),
			hint: expect.stringContaining('Did you mean immich?'),
		});
		expect(text()).toBe('web=false\n');
	});

	test('--all: what can be backed up on, every entry off', async () => {
		const { service, stacksDir, text } = host(['web', 'db', 'gone'], 'gone=false\nweb=false\n');
		rmSync(join(stacksDir, 'gone'), { recursive: true });
		mkdirSync(join(stacksDir, '100%'));
		writeFileSync(join(stacksDir, '100%/compose.yaml'), composeText);
		const all = { names: [], all: true, dryRun: false };
		await service.enable(all);
		expect(text()).toBe('gone=false\nweb=true\ndb=true\n');
		await service.disable(all);
		expect(text()).toBe('gone=false\nweb=false\ndb=false\n');
	});

	test('nothing named, or both: an error', async () => {
		const { service } = host(['web']);
		await expect(service.enable(asked())).rejects.toMatchObject({ code: 'usage' });
		await expect(service.disable({ names: ['web'], all: true, dryRun: false })).rejects.toMatchObject({
			code: 'usage',
		});
	});

	test('a missing one can be turned on and off; turning it on warns', async () => {
		const { service, text } = host(['web'], 'gone=false\nweb=true\n');
		expect((await service.enable(asked('gone'))).warnings).toEqual([expect.stringContaining('is missing')]);
		await service.disable(asked('gone'));
		expect(text()).toBe('gone=false\nweb=true\n');
	});

	test('what cannot be managed cannot be turned on; a duplicate warns', async () => {
		const { service } = host(['100%', '-x', '_x']);
		await expect(service.enable(asked('100%'))).rejects.toMatchObject({ code: 'usage' });
		expect((await service.enable(asked('-x'))).warnings).toEqual([
			expect.stringContaining('same project name x'),
		]);
	});

	test('an unmounted stacks directory changes nothing', async () => {
		const { service, stacksDir, text } = host(['web', 'db'], 'web=true\ndb=true\n');
		renameSync(stacksDir, `${stacksDir}-away`);
		mkdirSync(stacksDir);
		for (const attempt of [() => service.disable(asked('web')), service.sync, () => service.list(false)]) {
			await expect(attempt()).rejects.toMatchObject({ code: 'stacks-dir-missing', exitCode: 2 });
		}
		mkdirSync(join(stacksDir, 'other'));
		writeFileSync(join(stacksDir, 'other/compose.yaml'), composeText);
		const change = await service.disable(asked('web'));
		expect(change.warnings).toEqual([expect.stringContaining('Is a disk not mounted?')]);
		expect(text()).toBe('web=false\ndb=true\n');
		rmSync(`${stacksDir}-away`, { recursive: true });
	});
});

describe('stacks that lie elsewhere', () => {
	test('added off by their path, enabled by name, removed', async () => {
		const { service, text } = host(['web'], 'web=true\n');
		const elsewhere = stacksDirectory({ 'blog/compose.yaml': composeText, 'a b/compose.yaml': composeText });
		const added = await service.add({
			paths: ['./blog/', `${elsewhere}/a b`],
			cwd: elsewhere,
			enable: false,
			dryRun: false,
		});
		expect(added.changed.map(({ name, change }) => [name, change])).toEqual([
			['blog-external', 'added'],
			['a b-external', 'added'],
		]);
		expect(text()).toBe(`web=true\n${elsewhere}/blog=false\n${elsewhere}/a b=false\n`);
		await service.enable(asked('blog-external'));
		await service.disable(asked(`${elsewhere}/blog/`));
		await service.remove(['a b-external', `${elsewhere}/blog`], false);
		expect(text()).toBe('web=true\n');
	});

	test('adding twice keeps what is set; with --enable it is turned on', async () => {
		const { service, text } = host(['web'], 'web=true\n');
		const elsewhere = stacksDirectory({ 'blog/compose.yaml': composeText });
		const add = (enable: boolean) => service.add({ paths: ['blog'], cwd: elsewhere, enable, dryRun: false });
		await add(true);
		expect(await add(false)).toMatchObject({ changed: [], unchanged: ['blog-external'] });
		await service.disable(asked('blog-external'));
		expect(await add(true)).toMatchObject({ changed: [{ change: 'enabled' }], unchanged: [] });
		expect(text()).toBe(`web=true\n${elsewhere}/blog=true\n`);
	});

	test('the first of all, where the stacks directory is empty', async () => {
		const { service, text } = host([]);
		const elsewhere = stacksDirectory({ 'blog/compose.yaml': composeText });
		await service.add({ paths: ['blog'], cwd: elsewhere, enable: true, dryRun: false });
		expect(text()).toBe(`${elsewhere}/blog=true\n`);
		expect((await service.list(false)).counts.total).toBe(1);
	});

	test.each([
		['nowhere', 'is not a directory'],
		['empty', 'holds no compose file'],
		['100%', 'cannot be backed up'],
		['/', 'cannot be listed'],
	])('%s is refused: %s', async (path, message) => {
		const { service, text } = host(['web'], 'web=true\n');
		const elsewhere = stacksDirectory({ 'empty/x': '', '100%/compose.yaml': composeText });
		await expect(
			service.add({ paths: [path], cwd: elsewhere, enable: false, dryRun: false }),
		).rejects.toMatchObject({
			code: 'usage',
			message: expect.stringContaining(message),
		});
		expect(text()).toBe('web=true\n');
	});

	test('the same project as another stack is refused, both named', async () => {
		const { service, stacksDir, text } = host(['web'], 'web=true\n');
		const elsewhere = stacksDirectory({ 'Web/compose.yaml': composeText });
		await expect(
			service.add({ paths: ['Web'], cwd: elsewhere, enable: false, dryRun: false }),
		).rejects.toMatchObject({
			code: 'stack-duplicate',
			message: expect.stringContaining(`${stacksDir}/web and ${elsewhere}/Web`),
		});
		expect(text()).toBe('web=true\n');
	});

	test('one that lies in the stacks directory has its entry by name', async () => {
		const { service, stacksDir } = host(['-x']);
		await expect(
			service.add({ paths: [`${stacksDir}/-x`], cwd: '/', enable: false, dryRun: false }),
		).rejects.toMatchObject({ code: 'usage', hint: 'Enable it: backup-tui stacks enable -- -x' });
		await expect(service.remove(['-x'], false)).rejects.toMatchObject({
			code: 'usage',
			hint: 'Turn it off instead: backup-tui stacks disable -- -x',
		});
	});

	test('an external whose disk is not mounted stays, and can be removed', async () => {
		const { service, text } = host(['web'], 'web=true\n/mnt/away/blog=true\ngone=true\n');
		await service.sync();
		expect(text()).toContain('/mnt/away/blog=true\n');
		expect((await service.list(false)).counts.missing).toBe(2);
		await service.remove(['/mnt/away/blog', 'gone'], false);
		expect(text()).toBe('web=true\n');
	});
});

test('a name in a hint can be pasted, whatever it holds', async () => {
	const { service } = host(['$(touch pwned)']);
	await expect(service.remove(['$(touch pwned)'], false)).rejects.toMatchObject({
		hint: "Turn it off instead: backup-tui stacks disable '$(touch pwned)'",
	});
});

test('stacks are found by key, name and path; each once', async () => {
	const { service } = host(['web'], 'web=true\n/srv/web=false\n');
	const stacks = (await service.list(false)).stacks.map(({ stack }) => stack);
	const found = findStacks(stacks, ['web-external', '/srv//web/', 'web', 'web']);
	expect(found.map((stack) => stack.key)).toEqual(['/srv/web', 'web']);
	expect(stackWords(stacks)).toEqual(['web', 'web-external', '/srv/web']);
});
