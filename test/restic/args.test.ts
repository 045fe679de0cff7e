import { describe, expect, test } from 'vitest';
import {
	backupArgs,
	backupInput,
	escapePattern,
	forgetArgs,
	forgetIdsArgs,
	lsArgs,
	restoreArgs,
} from '../../source/restic/args.ts';
import { parseVersion } from '../../source/restic/version.ts';

const abilities = (text: string) => {
	const version = parseVersion(`restic ${text} compiled`);
	if (version === undefined) throw new Error(text);
	return version.abilities;
};

describe('backup', () => {
	const request = { paths: ['/srv/x'], tags: ['x'], host: 'h' };

	test('without a parent every file is read, never compared with whatever restic finds', () => {
		expect(backupArgs(request)).toContain('--force');
		expect(backupArgs({ ...request, parent: 'abcd1234' })).toContain('--parent=abcd1234');
		expect(backupArgs({ ...request, parent: 'abcd1234' })).not.toContain('--force');
	});

	test('no value can become an option, and no tag is split', () => {
		expect(backupArgs({ ...request, host: '--help' })).toContain('--host=--help');
		expect(() => backupArgs({ ...request, tags: ['a,b'] })).toThrow(/stackTag/);
	});

	test('paths are bytes between NULs; others than absolute ones are refused', () => {
		const input = backupInput({ paths: ['/a\nb', Buffer.from([0x2f, 0xff])] });
		expect([...input]).toEqual([0x2f, 0x61, 0x0a, 0x62, 0, 0x2f, 0xff, 0]);
		expect(() => backupInput({ paths: ['--help'] })).toThrow(/absolute/);
		expect(() => backupInput({ paths: ['/a\0/etc'] })).toThrow(/absolute/);
		expect(() => backupInput({ paths: [''] })).toThrow(/absolute/);
		const staged = backupInput({ paths: ['/a'], atRoot: { directory: '/d', path: 'm/f' } });
		expect(staged.toString()).toBe('m/f\0/a\0');
	});
});

describe('forget', () => {
	const request = { tags: ['docker-backup', 'x'], host: 'h', keep: { daily: 7, weekly: 0 } };

	test('one stack of one host, grouped by host only', () => {
		expect(forgetArgs(request)).toEqual([
			'forget',
			'--json',
			'--tag=docker-backup,x',
			'--host=h',
			'--group-by=host',
			'--keep-daily=7',
		]);
	});

	test.each([
		[{}],
		[{ daily: 0, yearly: 0 }],
		[{ last: -1 }],
		[{ daily: 7, last: -1 }],
		[{ daily: 1.5 }],
		[{ daily: Number.NaN }],
	])('%j is refused: restic 0.14 would delete everything', (keep) => {
		expect(() => forgetArgs({ ...request, keep })).toThrow();
	});

	test('no stack, no host, no ids: refused', () => {
		expect(() => forgetArgs({ ...request, host: '' })).toThrow();
		expect(() => forgetArgs({ ...request, tags: [] })).toThrow();
		expect(() => forgetIdsArgs([])).toThrow();
		expect(() => forgetIdsArgs(['latest'])).toThrow(/latest/);
	});
});

test('an id is hexadecimal, never `latest` or an option', () => {
	expect(lsArgs('abcd1234', '/data', true)).toEqual([
		'ls',
		'--json',
		'--recursive',
		'--',
		'abcd1234',
		'/data',
	]);
	for (const id of ['latest', '--help', '', 'abcd:/x']) expect(() => lsArgs(id)).toThrow();
});

test('restore: literal includes, and refusals where this restic cannot', () => {
	const request = { snapshot: 'abcd1234', target: '/t', include: ['/a[1]*?\\b'] };
	expect(restoreArgs(request, abilities('0.14.0'))).toContain('--include=/a\\[1]\\*\\?\\\\b');
	expect(escapePattern('plain')).toBe('plain');
	const refused = { code: 'tool-too-old' };
	for (const more of [
		{ delete: true },
		{ dryRun: true },
		{ overwrite: 'never' as const },
		{ subfolder: '/x' },
	])
		expect(() => restoreArgs({ ...request, ...more }, abilities('0.14.0'))).toThrow(
			expect.objectContaining(refused),
		);
	expect(restoreArgs({ ...request, subfolder: '/x' }, abilities('0.19.1')).at(-1)).toBe('abcd1234:/x');
});
