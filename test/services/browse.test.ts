import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { browseDirectories } from '../../source/services/stacks/browse.ts';
import { composeText, stacksDirectory } from '../stacks/stacks-directory.ts';

test('the directories below a path, and which are stacks', async () => {
	const root = stacksDirectory({
		'web/docker-compose.yml': composeText,
		'plain/readme': '',
		'.hidden/compose.yaml': composeText,
		file: '',
	});
	symlinkSync('web', join(root, 'link'));
	symlinkSync('nowhere', join(root, 'dangling'));
	expect(await browseDirectories(root)).toEqual([
		{ name: 'link', path: join(root, 'link'), isStack: true },
		{ name: 'plain', path: join(root, 'plain'), isStack: false },
		{ name: 'web', path: join(root, 'web'), isStack: true },
	]);
	await expect(browseDirectories(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
});
