import { describe, expect, test } from 'vitest';
import { type FileFacts, judgePrivate, judgeReaders, judgeWriters } from '../../source/config/file-trust.ts';

const directory = (path: string, uid: number, mode: number): FileFacts => ({
	path,
	kind: 'directory',
	uid,
	mode,
});
const file = (uid: number, mode: number): FileFacts => ({
	path: '/etc/x/config.ini',
	kind: 'file',
	uid,
	mode,
});
const root = directory('/', 0, 0o755);

describe('who could change a file', () => {
	test.each<[string, readonly FileFacts[], number]>([
		['root owns all', [root, directory('/etc/x', 0, 0o755), file(0, 0o600)], 0],
		['world-readable is no matter of writing', [root, file(0, 0o644)], 0],
		['own file in own directory', [root, directory('/home/u', 1000, 0o700), file(1000, 0o600)], 1000],
		["root's file for a user", [root, file(0, 0o640)], 1000],
		['a sticky directory for all', [root, directory('/tmp', 0, 0o1777), file(0, 0o600)], 0],
		[
			'a symbolic link, whose mode means nothing',
			[root, { ...root, kind: 'link', mode: 0o777 }, file(0, 0o600)],
			0,
		],
	])('trusted: %s', (_name, way, uid) => {
		expect(judgeWriters(way, uid, 'the configuration')).toEqual([]);
	});

	test.each<[string, readonly FileFacts[], number, RegExp]>([
		['writable by all', [root, file(0, 0o666)], 0, /the configuration can be changed by everybody/],
		['writable by the group', [root, file(0, 0o660)], 0, /changed by its group/],
		['of another user, for root', [root, file(1000, 0o600)], 0, /belongs to user 1000/],
		['of another user, for a user', [root, file(1001, 0o600)], 1000, /belongs to user 1001/],
		['in a directory for all', [root, directory('/x', 0, 0o777), file(0, 0o600)], 0, /\/x, on the way/],
		['in a directory of the group', [root, directory('/x', 0, 0o775), file(0, 0o600)], 0, /\/x, on the way/],
		['in the directory of another', [root, directory('/x', 7, 0o755), file(0, 0o600)], 0, /\/x.* user 7/],
		["sticky, but another's", [root, directory('/x', 7, 0o1777), file(0, 0o600)], 0, /\/x.* user 7/],
		[
			'behind the link of another',
			[root, { ...root, path: '/l', kind: 'link', uid: 7 }, file(0, 0o600)],
			0,
			/\/l/,
		],
	])('refused: %s', (_name, way, uid, message) => {
		const problems = judgeWriters(way, uid, 'the configuration');
		expect(problems).toMatchObject([
			{ severity: 'error', insecure: true, message: expect.stringMatching(message) },
		]);
	});
});

describe('who can read it', () => {
	test.each([
		[0o600, true, undefined],
		[0o644, false, /everybody/],
		[0o640, true, /its group/],
		[0o640, false, undefined],
		[0o400, true, undefined],
	])('mode %o with a secret: %s', (mode, secret, message) => {
		const problems = judgeReaders(file(0, mode), 'the configuration', secret);
		if (message === undefined) expect(problems).toEqual([]);
		else expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringMatching(message) }]);
	});
});

describe('T14: a directory in which only we may put something', () => {
	test.each<[string, FileFacts]>([
		['its own', directory('/var/lib/backup-tui', 0, 0o700)],
		['readable by all', directory('/var/log/backup-tui', 0, 0o755)],
	])('trusted: %s', (_name, facts) => {
		expect(judgePrivate(facts, 'the state directory')).toEqual([]);
	});

	test.each<[string, FileFacts]>([
		['sticky, for everybody', directory('/tmp', 0, 0o1777)],
		['a file', file(0, 0o600)],
	])('refused: %s', (_name, facts) => {
		expect(judgePrivate(facts, 'the state directory')).toMatchObject([{ severity: 'error', insecure: true }]);
	});
});
