import { BackupTuiError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommandResult } from '../process/command.ts';
import { classifyFailure, type Failure } from './classify.ts';
import { parseMessage } from './messages.ts';

/** A failed rclone call: what it was, and whether it may pass. */
export class RcloneError extends BackupTuiError {
	readonly failure: Failure;

	constructor(message: string, failure: Failure, detail: string) {
		const overrides = failure.code === 'no-space' || failure.code === 'config-invalid';
		super(failure.code, message, {
			hint: failure.hint,
			detail,
			...(overrides ? { exitCode: exitCodes.sync } : {}),
		});
		this.failure = failure;
	}
}

/** Keeps what rclone says at error level, bounded: the first messages name the cause, the last the sum. */
export class ErrorLines {
	static readonly #limit = 40;
	readonly #first: string[] = [];
	#last = '';

	add(text: string, object?: string): void {
		this.#last = object === undefined ? text : `${object}: ${text}`;
		if (this.#first.length < ErrorLines.#limit) this.#first.push(this.#last);
	}

	text(): string {
		return this.#first.includes(this.#last)
			? this.#first.join('\n')
			: [...this.#first, this.#last].join('\n');
	}
}

const preamble =
	/^(CRITICAL|ERROR|NOTICE)\s*:\s*|Attempt \d+\/\d+ failed with \d+ errors and: |Failed to (create file system for "[^"]*"|[a-z ]+ with \d+ errors: last error was): /g;

/** @returns one line for the screen: the last thing rclone said, without its preamble */
function shortText(text: string, result: CommandResult): string {
	if (result.aborted) return 'interrupted';
	if (result.timedOut) return `no end after ${Math.round(result.durationMs / 1000)} s`;
	const line = text.split('\n').findLast((one) => one.trim() !== '') ?? `exit code ${result.exitCode}`;
	return line.replaceAll(preamble, '').slice(0, 300);
}

/**
 * @param what the call in words, e.g. `list b2:backup`
 * @param errors what was read from its standard error while it ran
 */
export function rcloneError(what: string, result: CommandResult, errors: ErrorLines): RcloneError {
	const text = errors.text() || plainErrors(result.stderr);
	const failure = classifyFailure({
		exitCode: result.exitCode,
		timedOut: result.timedOut,
		aborted: result.aborted,
		text,
	});
	return new RcloneError(
		`cannot ${what}: ${shortText(text, result)}`,
		failure,
		`exit code ${result.exitCode ?? result.signal}\n${text}`,
	);
}

function plainErrors(stderr: string): string {
	return stderr
		.split('\n')
		.map((line) => parseMessage(line)?.text ?? '')
		.filter((line) => line !== '')
		.join('\n');
}
