import { type BackupTuiError, toBackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { sanitizeText } from '../process/sanitize.ts';
import type { CommandIo } from './context.ts';
import { hintText } from './hint.ts';
import { paint } from './output.ts';

interface RenderOptions {
	readonly json: boolean;
	readonly verbose: boolean;
	readonly color: boolean;
	/** `--config`, as given. */
	readonly configPath: string | undefined;
}

/**
 * Shows an error, the one place that does: `error: ...` and `hint: ...` on stderr, and with `--json` a document
 * on stdout. The whole story only with `--verbose`, or when the fault is our own.
 *
 * @returns the exit code the program ends with
 */
export function renderError(thrown: unknown, io: CommandIo, options: RenderOptions): ExitCode {
	const error = toBackupTuiError(thrown);
	const color = options.color && io.stderr.isTTY;
	io.stderr.write(`${paint(color, 'red', 'error:')} ${sanitizeText(error.message)}\n`);
	if (error.hint !== undefined) {
		io.stderr.write(`${paint(color, 'cyan', 'hint:')} ${hintText(error.hint, options.configPath)}\n`);
	}
	if (error.detail !== undefined && (options.verbose || error.code === 'internal')) {
		io.stderr.write(`${sanitizeText(error.detail.trimEnd())}\n`);
	}
	if (options.json) io.stdout.write(`${JSON.stringify(errorDocument(error))}\n`);
	return error.exitCode;
}

/** The error as `--json` shows it. */
function errorDocument(error: BackupTuiError): unknown {
	const { code, message, hint } = error;
	return { error: { code, message, ...(hint === undefined ? {} : { hint }), exitCode: error.exitCode } };
}
