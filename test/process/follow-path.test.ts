import {
	lchownSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { followPath, linkBetween, linksOfOthers } from '../../source/process/follow-path.ts';

function directory(): string {
	const path = realpathSync(mkdtempSync(join(tmpdir(), 'bt-follow-')));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

test('a path is walked as the kernel does, and every link on the way is told', () => {
	const root = directory();
	mkdirSync(join(root, 'big/stacks/app'), { recursive: true });
	symlinkSync('big/stacks', join(root, 'one'));
	symlinkSync(join(root, 'one', 'app'), join(root, 'two'));
	writeFileSync(join(root, 'big/stacks/app/file'), '');
	const found = followPath(`${root}/two/../app/./file`);
	expect(found.real).toBe(join(root, 'big/stacks/app/file'));
	expect(found.links.map(({ path }) => path.slice(root.length))).toEqual(['/two', '/one']);
	expect(found.stats?.isFile()).toBe(true);
	const absent = followPath(join(root, 'one', 'none', 'deeper'));
	expect([absent.real, absent.stats]).toEqual([join(root, 'big/stacks/none/deeper'), undefined]);
	symlinkSync('loop', join(root, 'loop'));
	expect(() => followPath(join(root, 'loop'))).toThrow(/ELOOP/);
});

test('links of somebody else, and links below a root, are found', () => {
	const root = directory();
	mkdirSync(join(root, 'a/b'), { recursive: true });
	symlinkSync('a', join(root, 'link'));
	const { links } = followPath(join(root, 'link', 'b'));
	expect(linksOfOthers(links, process.geteuid?.())).toEqual([]);
	if (process.geteuid?.() === 0) {
		lchownSync(join(root, 'link'), 1000, 1000);
		expect(linksOfOthers(followPath(join(root, 'link')).links, 0)).toHaveLength(1);
		expect(linksOfOthers(followPath(join(root, 'link')).links, 1000)).toHaveLength(0);
	}
	expect(linkBetween(root, join(root, 'link', 'b', 'c'))).toBe(join(root, 'link'));
	// What is at the end itself is replaced, not followed.
	expect(linkBetween(root, join(root, 'link'))).toBeUndefined();
	expect(linkBetween(root, join(root, 'a', 'b', 'none', 'c'))).toBeUndefined();
});
