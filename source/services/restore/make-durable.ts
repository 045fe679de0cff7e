import { BackupTuiError } from '../../errors.ts';
import { childEnvironment } from '../../process/environment.ts';
import type { Run } from '../conduct-run.ts';

/** A disk that has not taken everything by then is none to rely on, ms. */
const timeoutMs = 60 * 60_000;

/**
 * Returns when the file system of a path has everything on its disk: restic fsyncs nothing it restores, and a power loss
 * would leave empty files in a stack that is said to be whole. One syncfs(2) by way of sync(1) instead of an fsync for each
 * of many thousand files.
 *
 * @throws restore-failed when the disk does not take it
 */
export async function makeDurable(run: Pick<Run, 'session'>, path: string): Promise<void> {
	const result = await run.session.runner.run({
		tool: 'user',
		file: 'sync',
		args: ['-f', '--', path],
		env: childEnvironment(process.env),
		timeoutMs,
	});
	if (result.exitCode === 0) return;
	throw new BackupTuiError('restore-failed', `${path} is written, but the disk did not take all of it`, {
		hint: 'look at the disk (dmesg), then restore again',
		detail: result.stderr,
	});
}
