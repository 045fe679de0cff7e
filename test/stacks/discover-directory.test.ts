import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectDirectory } from '../../source/stacks/discover-directory.ts';
import { discoveryFiles } from '../../source/stacks/discover-files.ts';
import { composeText, stacksDirectory } from './stacks-directory.ts';

/** One stack called `dir`, looked into with the given environment. */
const inspect = async (files: Readonly<Record<string, string>>, environment: Record<string, string> = {}) => {
	const parent = stacksDirectory(
		Object.fromEntries(Object.entries(files).map(([path, text]) => [`dir/${path}`, text])),
	);
	const found = await inspectDirectory(join(parent, 'dir'), (name) => environment[name], discoveryFiles);
	return { ...found, composeFiles: found?.composeFiles.map((file) => file.slice(parent.length + 5)), parent };
};
const named = (name: string) => `name: ${name}\n${composeText}`;

describe('the project of a directory', () => {
	test.each([
		['its own name', { 'compose.yaml': composeText }, 'dir'],
		['name:', { 'compose.yaml': named('Shop') }, 'shop'],
		['name: filled in', { 'compose.yaml': named('"${STAGE:-test}-shop"') }, 'test-shop'],
		[
			'name: filled in from .env',
			{ 'compose.yaml': named('${STAGE}-shop'), '.env': 'STAGE=live\n' },
			'live-shop',
		],
		['name: of the override', { 'compose.yaml': named('a'), 'compose.override.yml': 'name: b\n' }, 'b'],
		['name: in JSON', { 'compose.yaml': '{"name": "j", "services": {}}' }, 'j'],
		['name: indented', { 'compose.yaml': '  name: indented\n  services: {}\n' }, 'indented'],
		['name: of the second document', { 'compose.yaml': `${named('one')}---\nname: two\n` }, 'two'],
		['COMPOSE_PROJECT_NAME', { 'compose.yaml': named('a'), '.env': 'COMPOSE_PROJECT_NAME=env' }, 'env'],
		[
			'a name: of a volume is not its',
			{ 'compose.yaml': `${composeText}volumes:\n  v:\n    name: vol\n` },
			'dir',
		],
	])('%s', async (_, files, project) => {
		const found = await inspect(files);
		expect(found.project).toBe(project);
		expect(found.notes).toEqual([]);
	});

	test('a broken file falls back to the name of the directory, and this is said', async () => {
		const found = await inspect({ 'compose.yaml': 'name: x\nservices: {a: [\n' });
		expect(found.project).toBe('dir');
		expect(found.unreadable).toMatch(/^compose\.yaml: Flow /);
		expect(found.notes).toEqual([]);
	});

	test('a name that is left empty is said', async () => {
		const found = await inspect({ 'compose.yaml': named('${UNSET}') });
		expect(found.project).toBe('');
		expect(found.notes).toEqual([expect.stringContaining('no project name')]);
	});

	test('a .env that Compose cannot read is said without quoting it', async () => {
		const found = await inspect({ 'compose.yaml': composeText, '.env': 'PASSWORD="hunter2' });
		expect(found.unreadable).toMatch(/^\.env: /);
		expect(JSON.stringify(found)).not.toContain('hunter2');
	});
});

describe('the files of a directory', () => {
	test('one override is added; several candidates are said', async () => {
		const found = await inspect({
			'compose.yml': composeText,
			'docker-compose.yml': composeText,
			'docker-compose.override.yml': '',
			'compose.override.yaml': '',
		});
		expect(found.composeFiles).toEqual(['compose.yml', 'compose.override.yaml']);
		expect(found.notes).toEqual([
			'several compose files: compose.yml is used, docker-compose.yml not',
			'several compose files: compose.override.yaml is used, docker-compose.override.yml not',
		]);
	});

	test('COMPOSE_FILE of .env, with its own separator', async () => {
		const env = 'COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=base.yml,live.yml\n';
		const found = await inspect({ 'base.yml': composeText, 'live.yml': named('live'), '.env': env });
		expect(found).toMatchObject({ composeFiles: ['base.yml', 'live.yml'], project: 'live', notes: [] });
	});

	test('COMPOSE_FILE in another directory: that one names the project, and its .env is read after ours', async () => {
		const found = await inspect({
			'.env': 'COMPOSE_FILE=sub/c.yaml\nA=outer\n',
			'sub/c.yaml': named('${A}-${B}'),
			'sub/.env': 'A=inner\nB=inner\n',
		});
		expect(found).toMatchObject({
			composeFiles: ['sub/c.yaml'],
			project: 'outer-inner',
			projectDirectory: join(found.parent, 'dir/sub'),
			envFiles: [join(found.parent, 'dir/.env'), join(found.parent, 'dir/sub/.env')],
		});
	});

	test('COMPOSE_FILE naming nothing that is there is still a stack, and said', async () => {
		const found = await inspect({ '.env': 'COMPOSE_FILE=gone.yml\n' });
		expect(found.composeFiles).toEqual([]);
		expect(found.unreadable).toContain('gone.yml, which is not there');
	});

	test('a FIFO or a directory in the place of the file does not hang or crash', async () => {
		const parent = stacksDirectory({ 'dir/x': '' });
		execFileSync('mkfifo', [join(parent, 'dir/compose.yaml')]);
		mkdirSync(join(parent, 'dir/.env'));
		const found = await inspectDirectory(join(parent, 'dir'), () => undefined, discoveryFiles);
		expect(found?.unreadable).toContain('not a regular file');
	});

	test('no compose file, no stack', async () => {
		const parent = stacksDirectory({ 'dir/.env': 'A=1\n' });
		expect(await inspectDirectory(join(parent, 'dir'), () => undefined, discoveryFiles)).toBeUndefined();
	});
});
