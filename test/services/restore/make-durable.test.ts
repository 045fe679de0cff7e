import { expect, test } from 'vitest';
import type { Command, CommandResult } from '../../../source/process/command.ts';
import type { Run } from '../../../source/services/conduct-run.ts';
import { makeDurable } from '../../../source/services/restore/make-durable.ts';

/** Stands for sync(1) on a disk that fails when told to. */
function runWith(result: Pick<CommandResult, 'exitCode' | 'stderr'>): Pick<Run, 'session'> {
	const runner = { run: async (_command: Command) => result };
	return { session: { runner } } as unknown as Pick<Run, 'session'>;
}

test('a disk that does not take what was written fails the restore', async () => {
	const run = runWith({ exitCode: 1, stderr: 'sync: error syncing /data: Input/output error' });
	await expect(makeDurable(run, '/data')).rejects.toMatchObject({
		code: 'restore-failed',
		message: '/data is written, but the disk did not take all of it',
		detail: expect.stringContaining('Input/output error'),
	});
	await expect(makeDurable(runWith({ exitCode: 0, stderr: '' }), '/data')).resolves.toBeUndefined();
});
