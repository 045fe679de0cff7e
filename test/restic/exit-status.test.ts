import { describe, expect, test } from 'vitest';
import type { CommandResult } from '../../source/process/command.ts';
import { outcomeOf, spokenLines } from '../../source/restic/exit-status.ts';
import type { Operation } from '../../source/restic/operation.ts';

const ended = (exitCode: number | null, stderr = '', more: Partial<CommandResult> = {}): CommandResult => ({
	exitCode,
	signal: null,
	stdout: '',
	stderr,
	timedOut: false,
	aborted: false,
	stuck: false,
	durationMs: 1000,
	...more,
});
const json = (code: number, message: string) => JSON.stringify({ message_type: 'exit_error', code, message });
const codeOf = (operation: Operation, result: CommandResult) => {
	const outcome = outcomeOf(operation, result);
	return outcome.kind === 'failed' ? outcome.code : outcome.kind;
};

// What restic 0.14.0 and 0.19.1 really wrote.
const missing =
	'unable to open config file: stat m/config: no such file or directory\nIs there a repository at the following location?\nm';
describe('one table for both ages', () => {
	test.each<[string, Operation, CommandResult]>([
		['repository-missing', 'open', ended(1, `Fatal: ${missing}`)],
		['repository-missing', 'backup', ended(10, json(10, `Fatal: repository does not exist: ${missing}`))],
		['repository-password', 'read', ended(1, 'Fatal: wrong password or no key found')],
		['repository-password', 'read', ended(12, json(12, 'Fatal: wrong password or no key found'))],
		[
			'repository-locked',
			'forget',
			ended(1, 'unable to create lock in backend: repository is already locked by PID 7 on vm'),
		],
		[
			'repository-locked',
			'forget',
			ended(11, json(11, 'unable to create lock in backend: repository is already locked')),
		],
		['no-space', 'forget', ended(1, 'unable to create lock in backend: write: no space left on device')],
		['no-space', 'backup', ended(1, json(1, 'Fatal: unable to save snapshot: no space left on device'))],
		[
			'repository-unreachable',
			'read',
			ended(
				1,
				'Fatal: unable to open config file: client.Head: Head "http://127.0.0.1:1/config": dial tcp 127.0.0.1:1: connect: connection refused\nIs there a repository at the following location?',
			),
		],
		[
			'repository-unreachable',
			'read',
			ended(1, 'Fatal: unable to open repository at sftp:x: unable to start the sftp session, error: EOF'),
		],
		[
			'repository-damaged',
			'backup',
			ended(1, 'Error loading snapshot 6e0665f8: load <snapshot/6e0665f8d1>: invalid data returned'),
		],
		[
			'repository-damaged',
			'backup',
			ended(
				3,
				'{"message_type":"error","error":{"message":"tree 8b74 could not be loaded; the repository could be damaged: file is too short"},"during":"archival","item":"/"}',
			),
		],
		[
			'repository-damaged',
			'restore',
			ended(2, 'cannot dump file: decrypting blob 56c9 failed: ciphertext verification failed'),
		],
		['snapshot-unknown', 'read', ended(1, json(1, 'no matching ID found for prefix "deadbeef"'))],
		[
			'tool-missing',
			'open',
			ended(
				1,
				'Fatal: unable to open repository at rclone:x: exec: "rclone": executable file not found in $PATH',
			),
		],
		['partial', 'backup', ended(3, json(3, 'Warning: at least one source file could not be read'))],
		['retention-failed', 'forget', ended(3, '')],
		['copy-failed', 'backup', ended(99, '')],
		['copy-failed', 'backup', ended(null, '', { signal: 'SIGKILL' })],
		['ok', 'backup', ended(0, 'noise')],
	])('%s (%s)', (code, operation, result) => {
		expect(codeOf(operation, result)).toBe(code);
	});
});

test('a timeout is never a success, and says why where that can be told', () => {
	expect(codeOf('read', ended(0, '', { timedOut: true }))).toBe('timed-out');
	expect(codeOf('read', ended(null, '', { stuck: true }))).toBe('timed-out');
	const refused =
		'Stat(<config/>) returned error, retrying after 1s: dial tcp 127.0.0.1:1: connect: connection refused';
	expect(codeOf('read', ended(130, refused, { timedOut: true }))).toBe('repository-unreachable');
	const cut = 'Load(<data/767045d7ad>, 245, 653) returned error, retrying after 5.6s: EOF';
	expect(codeOf('backup', ended(130, cut, { timedOut: true }))).toBe('repository-damaged');
});

test('a failure of no known kind says what was being done', () => {
	expect(outcomeOf('read', ended(1, 'odd'))).toMatchObject({
		message: 'reading the repository: restic ended with code 1: odd',
	});
});

test('what restic says is told without JSON, stack traces and advice', () => {
	const stderr = [
		json(1, 'Fatal: Error loading snapshot 9755\ngithub.com/restic/restic/internal/data.x\n\t/src/x.go:57'),
		'the `unlock` command can be used to remove stale locks',
	].join('\n');
	expect(spokenLines(stderr)).toEqual(['Error loading snapshot 9755']);
});
