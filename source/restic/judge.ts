import { BackupTuiError, type ErrorCode } from '../errors.ts';
import type { Command, CommandResult } from '../process/command.ts';
import type { Redact } from '../process/redact.ts';
import { hintOf, outcomeOf } from './exit-status.ts';
import type { Invocation } from './invocation.ts';
import type { RepositoryLocation } from './location.ts';
import { localPresence } from './presence.ts';

const signalErrors: Readonly<Record<string, ErrorCode>> = {
	SIGINT: 'interrupted-int',
	SIGTERM: 'interrupted-term',
	SIGHUP: 'interrupted-hup',
};

/** The error of a call that was stopped: the reason of the signal where that is one of ours, or names a signal. */
export function stopped(signal: AbortSignal | undefined): BackupTuiError {
	const reason: unknown = signal?.reason;
	if (reason instanceof BackupTuiError) return reason;
	const code = typeof reason === 'string' ? signalErrors[reason] : undefined;
	return new BackupTuiError(code ?? 'interrupted-int', 'restic was stopped');
}

/**
 * The result of a call. It is judged as restic wrote it: a password such as "wrong" would otherwise mask what says that it is
 * wrong. Whoever hands on a text of it redacts that.
 *
 * @throws BackupTuiError for what is neither success, nor a partial backup, nor an expected exit code
 */
export function judge(
	invocation: Invocation,
	command: Command,
	result: CommandResult,
	redact: Redact,
	location: RepositoryLocation,
): CommandResult {
	if (result.aborted) throw stopped(command.signal);
	if (result.exitCode !== null && invocation.expectedCodes?.includes(result.exitCode) && !result.timedOut)
		return result;
	const outcome = outcomeOf(invocation.operation, result);
	if (outcome.kind !== 'failed') return result;
	const commandLine = [command.file, ...command.args].join(' ');
	const end = `exit code ${result.exitCode}, signal ${result.signal}`;
	const detail = redact(`${commandLine}\n${end}\n${result.stderr.slice(-20_000)}`);
	const better = lookAtRepository(outcome.code, location);
	const hint = better?.hint ?? hintOf(outcome.code, outcome.message);
	throw new BackupTuiError(better?.code ?? outcome.code, better?.message ?? redact(outcome.message), {
		detail,
		...(hint === undefined ? {} : { hint }),
	});
}

/** A wrong password may be lost keys, a missing repository a lost config or an unmounted disk: look before saying so. */
function lookAtRepository(
	code: string,
	location: RepositoryLocation,
):
	| {
			code: 'repository-damaged' | 'repository-missing' | 'repository-foreign';
			message: string;
			hint: string;
	  }
	| undefined {
	if (location.kind !== 'local' || (code !== 'repository-password' && code !== 'repository-missing'))
		return undefined;
	const presence = localPresence(location.path);
	const bringBack = 'bring it back from the mirror or another copy; the data files are still there';
	if (presence === 'keys-missing')
		return {
			code: 'repository-damaged',
			message: `${location.path} has lost its keys`,
			hint: `${bringBack}: keys/`,
		};
	if (presence === 'config-missing')
		return {
			code: 'repository-damaged',
			message: `${location.path} has lost its config file`,
			hint: `${bringBack}: config`,
		};
	if (presence === 'foreign')
		return {
			code: 'repository-foreign',
			message: `${location.path} holds other files, and no repository`,
			hint: 'set REPOSITORY to an empty or new directory',
		};
	if (code === 'repository-missing')
		return {
			code: 'repository-missing',
			message: `there is no repository at ${location.path}`,
			hint: 'if its disk should be mounted there, mount it; to make a new one: backup-tui backup --init',
		};
	return undefined;
}
