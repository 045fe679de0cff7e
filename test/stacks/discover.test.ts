import { chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDirlist } from '../../source/stacks/dirlist.ts';
import { type DiscoverOptions, discoverStacks } from '../../source/stacks/discover.ts';
import { discoveryFiles } from '../../source/stacks/discover-files.ts';
import { asNobody, composeText, stacksDirectory, temporaryDirectory } from './stacks-directory.ts';

const discover = (stacksDir: string, dirlist = '', options: Partial<DiscoverOptions> = {}) =>
	discoverStacks({ stacksDir, dirlist: parseDirlist(Buffer.from(dirlist)), environment: {}, ...options });

describe('discovery', () => {
	test('finds the direct children that hold one of the four compose files', async () => {
		const directory = stacksDirectory({
			'a/compose.yaml': composeText,
			'b/compose.yml': composeText,
			'c/docker-compose.yml': composeText,
			'd/docker-compose.yaml': composeText,
			'e/sub/compose.yaml': composeText,
			'f/readme.md': '',
			'.hidden/compose.yaml': composeText,
			'compose.yaml': composeText,
		});
		const { stacks } = await discover(directory);
		expect(stacks.map((stack) => [stack.key, stack.composeFiles])).toEqual([
			['a', [join(directory, 'a/compose.yaml')]],
			['b', [join(directory, 'b/compose.yml')]],
			['c', [join(directory, 'c/docker-compose.yml')]],
			['d', [join(directory, 'd/docker-compose.yaml')]],
		]);
		expect(stacks[0]).toMatchObject({
			name: 'a',
			project: 'a',
			origin: 'stacks-dir',
			directory: join(directory, 'a'),
			enabled: false,
			missing: false,
			unlisted: true,
		});
	});

	test('knows what the dirlist says of each, in its order, new ones last', async () => {
		const directory = stacksDirectory({
			'a/compose.yaml': composeText,
			'b/compose.yaml': composeText,
			'c/compose.yaml': composeText,
		});
		const { stacks, comparison } = await discover(directory, 'c=true\ngone=true\na=off\n');
		expect(stacks.map((stack) => [stack.key, stack.enabled, stack.missing, stack.unlisted ?? false])).toEqual(
			[
				['c', true, false, false],
				['gone', true, true, false],
				['a', false, false, false],
				['b', false, false, true],
			],
		);
		expect(comparison).toEqual({ unlisted: ['b'], vanished: ['gone'] });
	});

	test('a listed stack whose compose file is gone is missing, and it is said that the directory is there', async () => {
		const directory = stacksDirectory({ 'a/data': '', 'b/compose.yaml': composeText });
		const { stacks } = await discover(directory, 'a=true\nb=true\n');
		expect(stacks[0]).toMatchObject({ key: 'a', enabled: true, missing: true });
		expect(stacks[0]?.notes).toEqual(['the directory is there, but holds no compose file']);
	});

	test('externals: absolute paths of the dirlist, with names of their own', async () => {
		const directory = stacksDirectory({
			'web/compose.yaml': composeText,
			'x-external/compose.yaml': composeText,
		});
		const elsewhere = stacksDirectory({
			'one/web/compose.yaml': composeText,
			'two/web/compose.yaml': composeText,
		});
		const dirlist = `${elsewhere}/two/web=true\n${elsewhere}/one/web=false\n/nowhere/x=true\n`;
		const { stacks } = await discover(directory, dirlist);
		expect(stacks.map((stack) => stack.name)).toEqual([
			'web-external',
			expect.stringMatching(/^web-external-[0-9a-f]{8}$/),
			expect.stringMatching(/^x-external-[0-9a-f]{8}$/),
			'web',
			'x-external',
		]);
		expect(stacks[0]).toMatchObject({
			key: `${elsewhere}/two/web`,
			origin: 'external',
			enabled: true,
			project: 'web',
		});
		expect(stacks[2]).toMatchObject({ key: '/nowhere/x', missing: true, enabled: true });
		const alone = await discover(directory, `/nowhere/x=true\n${elsewhere}/one/web=false\n`);
		expect(alone.stacks[1]?.name).toBe('web-external');
	});

	test('an external keeps its name when others come after it', async () => {
		const directory = stacksDirectory({ 'a/compose.yaml': composeText });
		const names = async (dirlist: string) => {
			const { stacks } = await discover(directory, dirlist);
			return new Map(stacks.map((stack) => [stack.key, stack.name]));
		};
		const two = await names('/1/w=true\n/2/w=true\n');
		const three = await names('/1/w=true\n/3/w=true\n/2/w=true\n');
		expect(three.get('/1/w')).toBe(two.get('/1/w'));
		expect(three.get('/2/w')).toBe(two.get('/2/w'));
	});

	test('a symbolic link is a stack under its own name, its real path is told', async () => {
		const elsewhere = stacksDirectory({ 'Target/compose.yaml': composeText });
		const directory = stacksDirectory({ 'a/compose.yaml': composeText });
		symlinkSync(join(elsewhere, 'Target'), join(directory, 'link'));
		symlinkSync('/nowhere', join(directory, 'dangling'));
		symlinkSync('loop', join(directory, 'loop'));
		const { stacks } = await discover(directory);
		expect(stacks.map((stack) => stack.key)).toEqual(['a', 'link']);
		expect(stacks[1]).toMatchObject({
			project: 'link',
			directory: join(directory, 'link'),
			realDirectory: join(realpathSync(elsewhere), 'Target'),
		});
	});

	test('a link to a compose file that is gone is no compose file', async () => {
		const directory = stacksDirectory({ 'a/compose.yml': composeText });
		symlinkSync('/nowhere', join(directory, 'a/compose.yaml'));
		expect((await discover(directory)).stacks[0]?.composeFiles).toEqual([join(directory, 'a/compose.yml')]);
	});

	test.each([
		['not UTF-8', Buffer.from('bad\xff', 'latin1'), './bad\\xff'],
		['a newline', Buffer.from('two\nlines'), './two\\x0alines'],
		['ESC', Buffer.from('\x1b[2J'), './\\x1b[2J'],
	])('a name with %s is reported, not skipped', async (_, name, key) => {
		const directory = stacksDirectory({ 'a/compose.yaml': composeText });
		const path = Buffer.concat([Buffer.from(`${directory}/`), name]);
		mkdirSync(path);
		writeFileSync(Buffer.concat([path, Buffer.from('/compose.yaml')]), composeText);
		const { stacks, comparison } = await discover(directory);
		expect(stacks.map((stack) => stack.key)).toEqual(['a', key]);
		expect(stacks[1]?.unmanageable).toContain('Compose rejects it');
		expect(comparison.unlisted).toEqual(['a']);
	});

	test('a name with a broken URL escape is reported: Compose cannot load it', async () => {
		const directory = stacksDirectory({ '100%/compose.yaml': composeText, '%41/compose.yaml': composeText });
		const { stacks } = await discover(directory);
		expect(stacks.map((stack) => [stack.key, stack.unmanageable === undefined])).toEqual([
			['%41', true],
			['100%', false],
		]);
	});

	test('odd names are found under exactly these names', async () => {
		const names = [
			'#x',
			'$(touch pwned)',
			'--option',
			'-x',
			' leading',
			';id',
			'a b',
			'a,b',
			'a=b',
			'ünï',
			'日本',
		];
		const directory = stacksDirectory(
			Object.fromEntries(names.map((name) => [`${name}/compose.yaml`, composeText])),
		);
		const { stacks } = await discover(directory);
		expect(stacks.map((stack) => stack.key).toSorted()).toEqual(names.toSorted());
	});

	test('a directory that cannot be read, or does not answer, is not gone', async () => {
		const directory = stacksDirectory({ 'a/compose.yaml': composeText, 'b/compose.yaml': composeText });
		const files = {
			...discoveryFiles,
			list: async (path: string | Buffer) => {
				if (path.toString().endsWith('/b')) await new Promise(() => undefined);
				return discoveryFiles.list(path);
			},
		};
		const { stacks, comparison } = await discover(directory, 'a=true\nb=true\n', { files, timeoutMs: 50 });
		expect(stacks[1]).toMatchObject({ key: 'b', enabled: true, missing: false });
		expect(stacks[1]?.unmanageable).toContain('no answer within');
		expect(comparison.vanished).toEqual([]);
	});

	test('a directory we may not read is reported', async () => {
		const directory = stacksDirectory({ 'a/compose.yaml': composeText, 'b/compose.yaml': composeText });
		chmodSync(directory, 0o755);
		chmodSync(join(directory, 'b'), 0o000);
		const { stacks } = await asNobody(() => discover(directory));
		expect(stacks.map((stack) => stack.unmanageable)).toEqual([undefined, expect.stringContaining('EACCES')]);
	});
});

describe('a stacks directory that is not there', () => {
	test('missing, a file, or hanging: said, with the hint to mount it', async () => {
		const directory = stacksDirectory({ file: '' });
		for (const path of [join(directory, 'nowhere'), join(directory, 'file')]) {
			await expect(discover(path, 'a=true\n')).rejects.toMatchObject({
				code: 'stacks-dir-missing',
				hint: expect.stringContaining('Mount the disk'),
			});
		}
		const files = { ...discoveryFiles, list: () => new Promise<never>(() => undefined) };
		await expect(discover(directory, '', { files, timeoutMs: 30 })).rejects.toMatchObject({
			code: 'stacks-dir-missing',
		});
	});

	test('empty although the dirlist lists stacks in it', async () => {
		await expect(discover(temporaryDirectory(), 'a=true\nb=false\n')).rejects.toMatchObject({
			code: 'stacks-dir-missing',
			message: expect.stringContaining('none of the 2 stacks in the dirlist'),
		});
	});

	test('empty and nothing else to manage', async () => {
		await expect(discover(temporaryDirectory())).rejects.toMatchObject({ code: 'stacks-dir-missing' });
	});

	test('empty, but externals are listed and no stack of it ever was', async () => {
		const elsewhere = stacksDirectory({ 'x/compose.yaml': composeText });
		const { stacks } = await discover(temporaryDirectory(), `${elsewhere}/x=true\n`);
		expect(stacks).toHaveLength(1);
	});

	test('a thousand stacks are found quickly', async () => {
		const files = Array.from({ length: 1000 }, (_, index) => [`s${index}/compose.yaml`, composeText]);
		const directory = stacksDirectory(Object.fromEntries(files));
		const started = performance.now();
		expect((await discover(directory)).stacks).toHaveLength(1000);
		// Seen: 60 ms alone; the bound leaves room for a machine that is busy.
		expect(performance.now() - started).toBeLessThan(1500);
		rmSync(directory, { recursive: true });
	});
});
