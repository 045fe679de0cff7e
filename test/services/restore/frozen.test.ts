import { expect, test } from 'vitest';
import { BackupTuiError } from '../../../source/errors.ts';
import type { Run } from '../../../source/services/conduct-run.ts';
import { attributesBelow } from '../../../source/services/restore/frozen.ts';

/** A run whose `lsattr` ends like this, and what it reported. */
function runWith(ends: object | Error) {
	const said: string[] = [];
	const run = {
		signal: new AbortController().signal,
		session: {
			emit: (event: { type: string; text?: string }) => said.push(event.text ?? ''),
			runner: {
				run: async (command: { onStdoutLine: (line: string) => void }) => {
					if (ends instanceof Error) throw ends;
					command.onStdoutLine('----i---------e------- /data/file');
					return { exitCode: 0, signal: null, timedOut: false, ...ends };
				},
			},
		},
	} as unknown as Pick<Run, 'session' | 'signal'>;
	return { said, read: () => attributesBelow(run, '/data', true) };
}

test.each([
	['ends', {}],
	['meets a file system without attributes', { exitCode: 1 }],
])('what lsattr says counts when it %s', async (_, ends) => {
	const { said, read } = runWith(ends);
	expect([...(await read()).values()]).toEqual(['i']);
	expect(said).toEqual([]);
});

test.each([
	['does not end in time', { exitCode: null, timedOut: true, signal: 'SIGTERM' }, /did not end within/],
	['is killed', { exitCode: null, signal: 'SIGKILL' }, /was ended by SIGKILL/],
	['may not be run', new BackupTuiError('no-permission', 'no permission to run lsattr'), /no permission/],
])('that is reported when it %s: what was not seen is not known', async (_, ends, words) => {
	const { said, read } = runWith(ends);
	await read();
	expect(said).toEqual([expect.stringMatching(words)]);
	expect(said[0]).toMatch(/^\/data: it is not known which of its files are immutable/);
});

test('where there is no lsattr, none are', async () => {
	const { said, read } = runWith(new BackupTuiError('tool-missing', 'cannot start lsattr'));
	expect((await read()).size).toBe(0);
	expect(said).toEqual([]);
});
