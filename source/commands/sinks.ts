import type { CommandIo, TextSink } from './context.ts';

/** The process's own streams, made safe: a reader that goes away ends the writing, never the program. */
export interface ProcessIo extends CommandIo {
	/** Waits until what was written has left, at most a second. */
	readonly flush: () => Promise<void>;
	/** Why standard output could not be written, other than that nobody reads it any more. */
	readonly stdoutFailure: () => NodeJS.ErrnoException | undefined;
}

interface Sink extends TextSink {
	readonly flush: () => Promise<void>;
	readonly failure: () => NodeJS.ErrnoException | undefined;
}

// EPIPE: `| head` has seen enough. EIO: the terminal was hung up (an SSH line that dropped).
const readerIsGone = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/**
 * @returns streams with error handlers. Each is opened when first used: opening all three takes a tenth of the
 * time of a start
 */
export function processIo(): ProcessIo {
	const stdout = createSink(() => process.stdout);
	const stderr = createSink(() => process.stderr);
	let stdin: NodeJS.ReadStream | undefined;
	return {
		get stdin() {
			// Without a handler a hung-up terminal ends the program with an error on stdin.
			stdin ??= process.stdin.on('error', () => {});
			return stdin;
		},
		stdout,
		stderr,
		flush: async () => {
			await stdout.flush();
			await stderr.flush();
		},
		stdoutFailure: () => stdout.failure(),
	};
}

function createSink(open: () => NodeJS.WriteStream): Sink {
	let opened: NodeJS.WriteStream | undefined;
	let broken: NodeJS.ErrnoException | undefined;
	const stream = (): NodeJS.WriteStream => {
		opened ??= open().on('error', (error: NodeJS.ErrnoException) => {
			broken ??= error;
		});
		return opened;
	};
	return {
		get isTTY() {
			return stream().isTTY === true;
		},
		get columns() {
			return stream().columns ?? 80;
		},
		write: (text) => {
			if (broken === undefined) stream().write(text);
		},
		flush: () =>
			new Promise((resolve) => {
				if (broken !== undefined || opened === undefined) return resolve();
				const limit = setTimeout(resolve, 1000);
				opened.write('', () => {
					clearTimeout(limit);
					resolve();
				});
			}),
		failure: () => (broken === undefined || readerIsGone.has(broken.code ?? '') ? undefined : broken),
	};
}
