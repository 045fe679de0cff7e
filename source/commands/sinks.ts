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

/** @returns streams with error handlers; call once, before anything is written */
export function processIo(): ProcessIo {
	const stdout = createSink(process.stdout);
	const stderr = createSink(process.stderr);
	// Without a handler a hung-up terminal ends the program with an error on stdin.
	process.stdin.on('error', () => {});
	return {
		stdin: process.stdin,
		stdout,
		stderr,
		flush: async () => {
			await stdout.flush();
			await stderr.flush();
		},
		stdoutFailure: () => stdout.failure(),
	};
}

function createSink(stream: NodeJS.WriteStream): Sink {
	let broken: NodeJS.ErrnoException | undefined;
	stream.on('error', (error: NodeJS.ErrnoException) => {
		broken ??= error;
	});
	return {
		isTTY: stream.isTTY === true,
		get columns() {
			return stream.columns ?? 80;
		},
		write: (text) => {
			if (broken === undefined) stream.write(text);
		},
		flush: () =>
			new Promise((resolve) => {
				if (broken !== undefined) return resolve();
				const limit = setTimeout(resolve, 1000);
				stream.write('', () => {
					clearTimeout(limit);
					resolve();
				});
			}),
		failure: () => (broken === undefined || readerIsGone.has(broken.code ?? '') ? undefined : broken),
	};
}
