import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDirlist } from '../../source/stacks/dirlist.ts';
import { discoverStacks } from '../../source/stacks/discover.ts';
import { duplicateError, duplicateProjects } from '../../source/stacks/discover-duplicates.ts';
import { composeText, stacksDirectory } from './stacks-directory.ts';

const duplicates = async (stacksDir: string, dirlist = '') => {
	const found = await discoverStacks({
		stacksDir,
		dirlist: parseDirlist(Buffer.from(dirlist)),
		environment: {},
	});
	return duplicateProjects(found.stacks);
};

test('-x and _x are one project to Compose: refused, both named', async () => {
	const directory = stacksDirectory({
		'-x/compose.yaml': composeText,
		'_x/compose.yaml': composeText,
		'y/compose.yaml': composeText,
	});
	const [group, ...others] = await duplicates(directory);
	expect(others).toEqual([]);
	expect(group?.project).toBe('x');
	expect(group && duplicateError(group)).toMatchObject({
		code: 'stack-duplicate',
		message: expect.stringContaining(`${directory}/-x and ${directory}/_x have the same project name x`),
	});
});

test('the same base name in two places', async () => {
	const directory = stacksDirectory({ 'web/compose.yaml': composeText });
	const elsewhere = stacksDirectory({ 'web/compose.yaml': composeText });
	expect(
		(await duplicates(directory, `${elsewhere}/web=false\n`)).map((group) => group.stacks.length),
	).toEqual([2]);
});

test('one directory under two names', async () => {
	const directory = stacksDirectory({ 'web/compose.yaml': composeText });
	symlinkSync('web', join(directory, 'alias'));
	const [group] = await duplicates(directory);
	expect(group && duplicateError(group).message).toContain('are the same directory');
});

test('different projects, missing ones and those without a name are no duplicates', async () => {
	const directory = stacksDirectory({
		'a/compose.yaml': composeText,
		'日本/compose.yaml': composeText,
		'é/compose.yaml': composeText,
	});
	expect(await duplicates(directory, '/nowhere/a=true\n')).toEqual([]);
});
