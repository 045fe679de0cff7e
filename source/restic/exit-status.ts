import type { ErrorCode } from '../errors.ts';
import type { CommandResult } from '../process/command.ts';
import { parseMessage, text } from './messages.ts';
import type { Operation } from './operation.ts';
import { lastFailedRequest, lastRefusal } from './refusals.ts';

export type Outcome =
	| { readonly kind: 'ok' }
	/** A snapshot exists, but something could not be read. */
	| { readonly kind: 'partial' }
	| { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Exit codes with a meaning of their own. Source: restic's docs 075_scripting, seen with 0.19.1; 0.14.0 says 1 for all. */
const codeMeanings: Readonly<Record<number, ErrorCode>> = {
	10: 'repository-missing',
	11: 'repository-locked',
	12: 'repository-password',
};

/** In order: what a text says outranks a less exact one below it. Texts seen with restic 0.14.0 and 0.19.1. */
const textMeanings: readonly (readonly [RegExp, ErrorCode])[] = [
	[/no space left on device|disk quota exceeded|insufficient storage/i, 'no-space'],
	[/repository is already locked|already locked (exclusively )?by/i, 'repository-locked'],
	[/wrong password or no key found/i, 'repository-password'],
	[/executable file not found/i, 'tool-missing'],
	[
		/didn't find section in config file|Failed to load config file|unable to decrypt configuration/i,
		'config-invalid',
	],
	[/unable to create lock in backend: .*read-only file system/i, 'repository-read-only'],
	[/read-only file system|permission denied|operation not permitted/i, 'no-permission'],
	[
		/no matching ID found|multiple IDs with prefix|no snapshot found|no snapshot matched|not a valid snapshot|Load\(<snapshot\/\w+.*(no such file|not exist)/i,
		'snapshot-unknown',
	],
	[
		/dial tcp|connection re(fused|set)|no such host|i\/o timeout|network is unreachable|no route to host|broken pipe|unable to start the sftp session|ssh:|x509|tls:|server response unexpected: (4(01|03|29)|5\d\d)|unexpected HTTP response \((4(01|03|29)|5\d\d)\)|Access ?Denied|\b(401 Unauthorized|403 Forbidden|429 Too Many|50\d (Internal|Bad|Service|Gateway))/i,
		'repository-unreachable',
	],
	[
		/ciphertext verification failed|panic: runtime error|invalid data returned|file is too short|could not be loaded|repository contains errors|damaged|not found in (the )?(index|repository)|unexpected EOF|ReadFull|invalid mac|hash mismatch|wrong length|returned error, retrying after .*: (EOF|no such file)|Load(Index|Raw|Tree)?\(.*(no such file|not exist)|Error loading snapshot|load <|decrypt/i,
		'repository-damaged',
	],
	[/Is there a repository at the following location/i, 'repository-missing'],
];

const defaultCodes: Readonly<Record<Operation, ErrorCode>> = {
	open: 'repository-unreachable',
	init: 'repository-unreachable',
	backup: 'copy-failed',
	read: 'repository-unreachable',
	forget: 'retention-failed',
	prune: 'prune-failed',
	check: 'check-failed',
	restore: 'restore-failed',
	unlock: 'repository-locked',
	copy: 'copy-failed',
};

/** What failed, for failures that do not say so themselves. */
const steps: Readonly<Record<Operation, string>> = {
	open: 'opening the repository',
	init: 'making the repository',
	backup: 'copying into the repository',
	read: 'reading the repository',
	forget: 'retention',
	prune: 'prune',
	check: 'check of the repository',
	restore: 'restoring from the repository',
	unlock: 'removing locks of the repository',
	copy: 'copying snapshots between repositories',
};

/** Go's stack traces and restic's advice, which say nothing to a person. */
const noise =
	/^(\s|github\.com\/|golang\.org\/|main\.|runtime\.|Is there a repository|Please |the `unlock` command)/;

/** restic's own words: the text of its JSON messages and its other lines on standard error, without stack traces. */
export function spokenLines(stderr: string): string[] {
	return stderr
		.split('\n')
		.flatMap((line) => {
			const message = parseMessage(line);
			if (message === undefined) return [line];
			const error = message.error as { readonly message?: unknown } | undefined;
			return (text(message.message) || text(error?.message)).split('\n');
		})
		.filter((line) => line.trim() !== '' && !noise.test(line))
		.map((line) => line.replace(/^((Fatal|Warning): )+/, ''));
}

/** `rclone: 2026/11/29 12:00:00 CRITICAL: Failed to create file system for "x:": …`: restic shows what rclone has said. */
const rcloneLine = /^rclone: (?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?(?:[A-Z]+ *: )?(.*)$/;

/** rclone's own last words, where restic only knows that it ended. */
function rcloneWords(stderr: string): string | undefined {
	if (!stderr.includes('error talking HTTP to rclone')) return undefined;
	const words = stderr.split('\n').flatMap((line) => rcloneLine.exec(line)?.[1]?.trim() || []);
	return words.at(-1);
}

function summaryLine(stderr: string): string {
	const rclone = rcloneWords(stderr);
	if (rclone !== undefined) return `rclone: ${rclone}`.slice(0, 300);
	const lines = spokenLines(stderr);
	const fatal = stderr.split('\n').findLast((line) => line.includes('Fatal: '));
	const best = fatal === undefined ? lines.at(0) : spokenLines(fatal).at(0);
	return (best ?? '').slice(0, 300);
}

/**
 * What the end of a restic process means: the one table for all versions. Codes that are not known are failures. The
 * message is restic's own: redact it.
 */
export function outcomeOf(operation: Operation, result: CommandResult): Outcome {
	const { exitCode, stderr } = result;
	const told = summaryLine(stderr);
	const refusal = lastRefusal(stderr);
	if (exitCode === 0 && !result.timedOut && !result.stuck) {
		// restic 0.18 ends with 0 when what was to be forgotten could not be deleted.
		const kept = (operation === 'forget' || operation === 'prune') && refusal?.retried === false;
		return kept ? { kind: 'failed', code: refusal.code, message: refusal.message } : { kind: 'ok' };
	}
	// A partial backup is one although its lock could not be deleted afterwards.
	const exact = codeMeanings[exitCode ?? -1] !== undefined || (exitCode === 3 && operation === 'backup');
	if (refusal !== undefined && !exact)
		return { kind: 'failed', code: refusal.code, message: refusal.message };
	const words = rcloneWords(stderr) ?? stderr;
	const fromText = textMeanings.find(([pattern]) => pattern.test(words))?.[1];
	if (result.timedOut || result.stuck) {
		const cause =
			fromText === 'repository-unreachable' || fromText === 'repository-damaged' ? fromText : 'timed-out';
		const seconds = Math.round(result.durationMs / 1000);
		const what = result.stuck ? 'does not end, not even by SIGKILL' : `did not finish within ${seconds} s`;
		const why = lastFailedRequest(stderr) ?? told;
		return { kind: 'failed', code: cause, message: `restic ${what}${why === '' ? '' : `: ${why}`}` };
	}
	if (exitCode === 3 && operation === 'backup') {
		// A damaged parent is reported as if a source file could not be read, with the code of a partial backup.
		if (/the repository could be damaged/.test(stderr))
			return { kind: 'failed', code: 'repository-damaged', message: told };
		return { kind: 'partial' };
	}
	if (exitCode === null) {
		return { kind: 'failed', code: defaultCodes[operation], message: `restic was ended by ${result.signal}` };
	}
	const unopened = words === stderr ? undefined : 'repository-unreachable';
	const known = codeMeanings[exitCode] ?? fromText ?? unopened;
	const ending = `restic ended with code ${exitCode}`;
	if (known !== undefined) return { kind: 'failed', code: known, message: told === '' ? ending : told };
	const message = `${steps[operation]}: ${ending}${told === '' ? '' : `: ${told}`}`;
	return { kind: 'failed', code: defaultCodes[operation], message };
}

/** @returns what to do next */
export function hintOf(code: ErrorCode, message: string): string | undefined {
	if (code === 'repository-unreachable') {
		if (message.startsWith('rclone: '))
			return 'try the same by hand, with the same rclone.conf: rclone lsd NAME:';
		if (/\b5\d\d\b/.test(message))
			return 'the server has an error of its own: see its log, or try again later';
		if (/\b429\b/.test(message)) return 'the server limits requests: try again later';
	}
	return hints[code];
}

/** What to do next, per error. */
const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
	'repository-missing':
		'check REPOSITORY and that its disk is mounted; a new one is made with: backup-tui backup (asks) or restic init',
	'repository-locked':
		'another restic is at work, or one was killed: show and remove stale locks: backup-tui unlock',
	'repository-password': 'check PASSWORD, PASSWORD_FILE or PASSWORD_COMMAND; the repository is untouched',
	'repository-damaged':
		'do not prune or sync; see: backup-tui check, and https://restic.readthedocs.io/en/stable/077_troubleshooting.html',
	'repository-unreachable':
		'check the network, the address in REPOSITORY and its credentials, then try again',
	'repository-unauthorized':
		'check the user and password (or keys) for the repository, and that they may list, read and write there',
	'repository-read-only':
		'check how the disk of the repository is mounted, and that the server lets this user write',
	'repository-append-only':
		'if the server is to thin out snapshots by itself: APPEND_ONLY=true in [local_backup]; else give this user the right to delete',
	'config-invalid': 'check the name after rclone: in RESTIC_REPOSITORY; see: rclone listremotes',
	'no-space':
		'free space on the disk of the repository, or run: backup-tui prune (it frees the ballast file first)',
	'no-permission': 'run as the owner of the repository, usually root',
	'snapshot-unknown': 'list them with: backup-tui snapshots',
	'timed-out': 'raise the timeout, or look at what the disk or network is doing',
	'tool-missing': 'install the program restic needs for this kind of repository (rclone, ssh)',
};
