import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupTuiError } from '../errors.ts';
import type { ProcessRunner } from '../process/command.ts';

/**
 * A gate in front of a backup: restic is given a FIFO as `--exclude-file`, which it reads after it has derived the key,
 * opened and locked the repository, and before it looks at any file (seen with 0.14 and 0.19; not documented). So all that
 * is slow, and all that can be wrong with the repository, happens while the stack still runs.
 *
 * The first half of a pattern, `[`, is written at once and its second half on release. When this process dies, or the gate
 * is refused, restic is left with an invalid pattern, says so and ends without a snapshot and without a lock: it can never
 * copy a stack that was not taken down.
 */
export interface Gate {
	/** For `excludeFile` of the backup. */
	readonly path: string;
	/**
	 * Waits until restic stands at the gate.
	 *
	 * @param ended settles when restic has ended: then it will not come any more
	 * @returns false when it did not come in time, or ended
	 */
	arrived(ended: Promise<unknown>, timeoutMs: number): Promise<boolean>;
	/** Lets restic go. */
	release(): void;
	/** Sends restic away: it ends by itself, without a snapshot. */
	refuse(): void;
	/** Removes the FIFO; refuses first if neither was said. */
	dispose(): void;
}

const firstHalf = '[';
/** Completes a pattern that matches no name: it would have to hold a slash at its end. */
const secondHalf = 'g]ate-of-backup-tui/\n';

/** @param directory private (0700) and on a file system that has FIFOs. Throws copy-failed where none can be made. */
export async function createGate(
	directory: string,
	runner: ProcessRunner,
	env: Readonly<Record<string, string>>,
): Promise<Gate> {
	const path = join(directory, 'gate');
	rmSync(path, { force: true });
	const made = await runner.run({
		tool: 'user',
		file: 'mkfifo',
		args: ['-m', '600', path],
		env,
		timeoutMs: 10_000,
		readOnly: true,
	});
	if (made.exitCode !== 0) {
		throw new BackupTuiError('copy-failed', `no FIFO can be made in ${directory}: ${made.stderr.trim()}`, {
			hint: 'nothing was stopped; set RUN_DIR in [paths] to a directory on a local disk or in memory',
		});
	}
	let descriptor: number | undefined;
	const close = () => {
		if (descriptor !== undefined) closeSync(descriptor);
		descriptor = undefined;
	};
	const tryOpen = (): boolean => {
		try {
			// Without a reader this fails with ENXIO instead of waiting.
			descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
			writeSync(descriptor, firstHalf);
			return true;
		} catch {
			return false;
		}
	};
	return {
		path,
		arrived: async (ended, timeoutMs) => {
			let gone = false;
			const stop = () => {
				gone = true;
			};
			ended.then(stop, stop);
			const end = performance.now() + timeoutMs;
			while (!gone && performance.now() < end) {
				if (tryOpen()) return true;
				await delay(10);
			}
			return false;
		},
		release: () => {
			try {
				if (descriptor !== undefined) writeSync(descriptor, secondHalf);
			} catch {
				// restic has ended meanwhile: its result says why.
			}
			close();
		},
		refuse: close,
		dispose: () => {
			close();
			rmSync(path, { force: true });
		},
	};
}
