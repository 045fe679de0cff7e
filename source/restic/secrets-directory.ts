import {
	closeSync,
	constants,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	rmSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { isAlive, ownIdentity } from '../process/proc.ts';

/** A private directory for the files by which restic gets its secrets; gone when disposed of, or when the process exits. */
export interface SecretsDirectory {
	readonly path: string;
	/** Writes a new 0600 file. @returns its path */
	write(name: string, content: Uint8Array | string): string;
	dispose(): void;
}

const prefix = 'restic-';

/** Directories of processes that were killed: their secrets are removed by whoever comes next. */
function removeAbandoned(runDir: string, bootId: string): void {
	for (const name of readdirSync(runDir)) {
		const owner = /^restic-(\d+)-(\d+)-/.exec(name);
		if (owner === null) continue;
		const [pid, startTime] = [Number(owner[1]), Number(owner[2])];
		if (!isAlive({ pid, startTime, bootId })) rmSync(join(runDir, name), { recursive: true, force: true });
	}
}

/** @throws no-permission, no-space when the run directory cannot be written */
export function createSecretsDirectory(runDir: string): SecretsDirectory {
	const { pid, startTime, bootId } = ownIdentity();
	let path: string;
	try {
		mkdirSync(runDir, { recursive: true, mode: 0o700 });
		removeAbandoned(runDir, bootId);
		path = mkdtempSync(join(runDir, `${prefix}${pid}-${startTime}-`));
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw new BackupTuiError(
			code === 'ENOSPC' ? 'no-space' : 'state-dir-unwritable',
			`cannot write ${runDir}: ${message}`,
			{
				cause: error,
				hint: 'set RUN_DIR to a directory you can write, best on a tmpfs such as /run',
			},
		);
	}
	const dispose = () => {
		process.off('exit', dispose);
		rmSync(path, { recursive: true, force: true });
	};
	process.once('exit', dispose);
	return {
		path,
		write: (name, content) => {
			const file = join(path, name);
			const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
			const descriptor = openSync(file, flags, 0o600);
			try {
				const bytes = Buffer.from(content);
				let written = 0;
				while (written < bytes.length) written += writeSync(descriptor, bytes, written);
			} finally {
				closeSync(descriptor);
			}
			return file;
		},
		dispose,
	};
}
