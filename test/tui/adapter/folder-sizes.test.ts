import { expect, test } from 'vitest';
import { createFolderSizes } from '../../../source/tui/adapter/folder-sizes.ts';

const files = [
	{ path: '/srv/app/a', bytes: 1 },
	{ path: '/srv/app/data/b', bytes: 10 },
	{ path: '/srv/app/data/deep/c', bytes: 100 },
	{ path: '/srv/app/empty/.keep', bytes: 0 },
];

function sizesOf(root: string, depth: number) {
	const folders = createFolderSizes(root, depth);
	for (const file of files) folders.add(file);
	return Object.fromEntries(folders.sizes);
}

test('a folder is as large as everything in it, however deep', () => {
	expect(sizesOf('/srv/app', Number.POSITIVE_INFINITY)).toEqual({
		'/srv/app': 111,
		'/srv/app/data': 110,
		'/srv/app/data/deep': 100,
		'/srv/app/empty': 0,
	});
});

test('of a huge snapshot only the next level is kept', () => {
	expect(sizesOf('/srv/app', 1)).toEqual({ '/srv/app': 111, '/srv/app/data': 110, '/srv/app/empty': 0 });
	expect(sizesOf('/', 1)).toEqual({ '/': 111, '/srv': 111 });
});
