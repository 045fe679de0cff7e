import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from './command.ts';
import { LineSplitter, TailBuffer } from './lines.ts';

const defaultMaxOutput = 1024 * 1024;

interface Pipes {
	readonly stdin?: Writable | null;
	readonly stdout?: Readable | null;
	readonly stderr?: Readable | null;
}

export interface CollectedOutput {
	/** Resolves when both outputs are closed. */
	readonly closed: Promise<unknown>;
	/** Hands out last lines without a line end. @returns the kept tails */
	finish(): { readonly stdout: string; readonly stderr: string };
}

/** Gives a child its standard input. A child that does not read it is no error here: its exit code tells. */
export function feedInput(stdin: Writable | null | undefined, command: Command): void {
	if (!stdin) return;
	stdin.on('error', () => {});
	if (command.stdinFrom !== undefined) pipeline(command.stdinFrom, stdin).catch(() => {});
	else if (command.input !== undefined) stdin.end(command.input);
}

function closedOf(stream: Readable | null | undefined): Promise<unknown> {
	if (!stream || stream.destroyed) return Promise.resolve();
	return once(stream, 'close').catch(() => {});
}

/** Reads both outputs of a child as lines and as bounded tails; standard output may go to a stream instead. */
export function collectOutput(child: Pipes, command: Command): CollectedOutput {
	const limit = command.maxOutputBytes ?? defaultMaxOutput;
	const read = (stream: Readable | null | undefined, onLine: ((line: string) => void) | undefined) => {
		const tail = new TailBuffer(limit);
		const splitter = onLine === undefined ? undefined : new LineSplitter(onLine);
		stream?.on('error', () => {});
		stream?.on('data', (chunk: Buffer) => {
			tail.write(chunk);
			splitter?.write(chunk);
		});
		return { tail, splitter };
	};
	const closed = Promise.all([closedOf(child.stdout), closedOf(child.stderr)]);
	if (command.stdoutTo !== undefined && child.stdout) {
		child.stdout.on('error', () => {});
		pipeline(child.stdout, command.stdoutTo, { end: false }).catch(() => {});
	}
	const out =
		command.stdoutTo === undefined
			? read(child.stdout, command.onStdoutLine)
			: { tail: new TailBuffer(limit), splitter: undefined };
	const err = read(child.stderr, command.onStderrLine);
	return {
		closed,
		finish: () => {
			out.splitter?.end();
			err.splitter?.end();
			return { stdout: out.tail.text(), stderr: err.tail.text() };
		},
	};
}
