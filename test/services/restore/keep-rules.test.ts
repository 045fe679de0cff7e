import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { judgeExtras, type KeepRules, type Proven } from '../../../source/services/restore/keep-rules.ts';
import {
	keyOf,
	type LeftOver,
	lstatLive,
	namesIn,
	textOf,
} from '../../../source/services/restore/live-tree.ts';

const exact: KeepRules = {
	patterns: [],
	caches: false,
	ifPresent: '',
	otherFileSystems: false,
	mountPoints: [],
	bornAfter: undefined,
	others: [],
};

function directory(): string {
	const path = mkdtempSync(join(tmpdir(), 'bt-keep-'));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

function make(root: string, ...files: readonly string[]): void {
	for (const file of files) {
		mkdirSync(join(root, file, '..'), { recursive: true });
		writeFileSync(join(root, file), file.endsWith('CACHEDIR.TAG') ? tag : 'x');
	}
}

const tag = 'Signature: 8a477f597d28d172789f06886806bc55\n';

function judged(root: string, rules: Partial<KeepRules>, folder: Partial<LeftOver> = {}, proven?: Proven) {
	const stats = lstatLive(root);
	if (stats === undefined) throw new Error('no folder');
	const removed: string[] = [];
	const kept: string[] = [];
	const all = { at: '/snap', path: root, stats, names: namesIn(root), marked: [], empty: false, ...folder };
	judgeExtras({ ...exact, ...rules }, proven, root, all, {
		remove: ({ path }) => removed.push(textOf(path).slice(root.length + 1)),
		keep: (path) => kept.push(textOf(path).slice(root.length + 1)),
	});
	return { removed: removed.sort(), kept: kept.sort() };
}

test('T8: without a rule all of it goes, bottom up, and no link is followed', () => {
	const root = directory();
	make(root, 'a/b/c', 'd');
	symlinkSync('/etc', join(root, 'link'));
	expect(judged(root, {})).toEqual({ removed: ['a', 'a/b', 'a/b/c', 'd', 'link'], kept: [] });
	expect(readdirSync(root)).toHaveLength(3);
});

test('T8: what a CACHEDIR.TAG, a named file, a pattern or another stack leaves out stays, with the folders around it', () => {
	const root = directory();
	make(
		root,
		'x/cache/CACHEDIR.TAG',
		'x/cache/big',
		'x/plain',
		'y/.nobackup',
		'y/in',
		'z/deep/skip.tmp',
		'z/go',
		'other/in',
	);
	const rules = { caches: true, ifPresent: '.nobackup', patterns: ['*.tmp'], others: [join(root, 'other')] };
	expect(judged(root, rules)).toEqual({
		removed: ['x/plain', 'z/go'],
		kept: ['other', 'x/cache', 'y', 'z/deep/skip.tmp'],
	});
	expect(judged(root, { ifPresent: '.nobackup:header' }).kept).toEqual([]);
	expect(judged(join(root, 'x/cache'), { caches: true }).removed).toEqual([]);
	// The tag is in the snapshot and gone from here.
	rmSync(join(root, 'x/cache/CACHEDIR.TAG'));
	expect(judged(join(root, 'x/cache'), { caches: true }, { marked: ['CACHEDIR.TAG'] }).kept).toEqual(['big']);
	writeFileSync(join(root, 'x/cache/CACHEDIR.TAG'), 'no signature');
	expect(judged(join(root, 'x/cache'), { caches: true }).kept).toEqual([]);
});

test('T8: another file system stays, also below a folder that the snapshot has', () => {
	const root = directory();
	make(root, 'disk/in', 'a');
	const mountPoints = [root, join(root, 'disk')];
	expect(judged(root, { mountPoints })).toEqual({ removed: ['a'], kept: ['disk'] });
	const below = { path: join(root, 'disk'), names: ['in'] };
	expect(judged(root, { mountPoints, otherFileSystems: true }, below).removed).toEqual([]);
	expect(judged(root, { mountPoints }, { ...below, empty: true }).removed).toEqual([]);
	expect(judged(root, { mountPoints }, below).removed).toEqual(['disk/in']);
});

test('T8: of an incomplete snapshot only what is younger goes', () => {
	const root = directory();
	make(root, 'old');
	const bornAfter = Number(lstatLive(join(root, 'old'))?.birthtimeMs) + 5;
	while (Date.now() < bornAfter + 20);
	make(root, 'new/in');
	expect(judged(root, { bornAfter })).toEqual({ removed: ['new', 'new/in'], kept: ['old'] });
});

test('what the safety snapshot does not hold, or what is newer than it, stays; so do sockets', async () => {
	const root = directory();
	make(root, 'a/unproven', 'a/held', 'b');
	const unproven = new Set([keyOf(join(root, 'a/unproven'))]);
	const far = BigInt(Date.now() + 1000) * 1_000_000n;
	expect(judged(root, {}, {}, { unproven, at: far })).toEqual({
		removed: ['a/held', 'b'],
		kept: ['a/unproven'],
	});
	expect(judged(root, {}, {}, { unproven, at: 0n }).removed).toEqual([]);
	const server = createServer().listen(join(root, 'sock'));
	await new Promise((resolve) => server.once('listening', resolve));
	onTestFinished(() => void server.close());
	expect(judged(root, {}).kept).toEqual(['sock']);
});
