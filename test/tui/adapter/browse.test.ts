import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { browseDirectory } from '../../../source/tui/adapter/browse.ts';
import { composeText, stacksDirectory } from '../../stacks/stacks-directory.ts';

test('the directory above, then those below a path, and which are stacks', async () => {
	const root = stacksDirectory({ 'web/docker-compose.yml': composeText, 'plain/readme': '', file: '' });
	symlinkSync('web', join(root, 'link'));
	expect(await browseDirectory(root)).toEqual([
		{ name: '..', path: dirname(root), stack: false },
		{ name: 'link', path: join(root, 'link'), stack: true },
		{ name: 'plain', path: join(root, 'plain'), stack: false },
		{ name: 'web', path: join(root, 'web'), stack: true },
	]);
	await expect(browseDirectory(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
});
