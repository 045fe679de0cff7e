import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	inventory,
	sleeper,
	stack,
	testHost,
	writeDirlist,
} from '../../real/rig/index.ts';
import { openScreen } from './rig/screen.ts';
import { idleStacks } from './rig/stacks.ts';

test('D takes the selected stack down when y says so, U brings it back as it was', async () => {
	const host = await testHost();
	const alpha = await stack(host, 'alpha', composeYaml([sleeper('web'), sleeper('db')]));
	await compose(alpha, ['up', '-d', 'web']);
	await writeDirlist(host, { [alpha.name]: false });
	const before = await inventory(host);
	const screen = openScreen(host);
	await screen.waitFor(/alpha +running/);
	screen.keys('2');
	await screen.waitFor(/\[ \] .*running 1\/1/);
	screen.keys('D');
	await screen.waitFor('It is off then: web.');
	screen.keys('Enter');
	await screen.waitFor('Nothing done');
	expect(await inventory(host)).toEqual(before);
	screen.keys('D');
	await screen.waitFor('y = yes');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +stacks down +ui +ok/, 60_000);
	screen.keys('2');
	await screen.waitFor(/\[ \] .*taken down .*on purpose/);
	screen.keys('Enter');
	await screen.waitFor(/state +taken down on purpose today .*U brings it up/);
	screen.keys('U');
	await screen.waitFor('y = yes');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +stacks up +ui +ok/, 60_000);
	expect(await inventory(host)).toEqual(before);
});

test('e lends the terminal to the editor, also through Ctrl-C and another size, and takes it back', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const editor = join(host.directory, 'my editor');
	await writeFile(
		editor,
		'#!/bin/sh\ntrap "" INT\necho "EDITING $1 $2"; read answer; echo "# $answer" >> "$2"\n',
	);
	await chmod(editor, 0o755);
	const screen = openScreen(host, { env: { EDITOR: `'${editor}' --wait` } });
	await screen.waitFor('alpha');
	screen.keys('2');
	await screen.waitFor('[ ] alpha');
	screen.keys('e');
	const edited = await screen.waitFor('EDITING --wait');
	expect(edited).not.toContain('┌');
	screen.keys('C-c');
	screen.resize(100, 30);
	screen.type('kept q');
	screen.keys('Enter');
	const after = await screen.waitFor('Saved. U deploys it');
	expect(after).toContain('[2 Stacks]');
	expect(after.split('\n')[1]).toMatch(/^┌─ Stacks.*┐$/);
	expect(after).not.toContain('EDITING');
	expect(await readFile(join(host.stacksDir, 'alpha/compose.yaml'), 'utf8')).toContain('# kept q');
	screen.keys('Space');
	await screen.waitFor('[x] alpha');
});
