import type { ErrorCode } from '../errors.ts';
import { exitMeaning } from './exit-status.ts';

/** Why an rclone call failed, as far as it decides what to do next. */
export type FailureKind =
	| 'network'
	| 'timeout'
	| 'rate-limit'
	| 'server'
	| 'unauthorized'
	| 'forbidden'
	| 'clock'
	| 'quota'
	| 'read-only'
	| 'remote-unknown'
	| 'config-locked'
	| 'too-old'
	| 'usage'
	| 'not-found'
	| 'lost'
	| 'interrupted'
	| 'unknown';

export interface Failure {
	readonly kind: FailureKind;
	/** True for what can pass by itself. */
	readonly retry: boolean;
	readonly code: ErrorCode;
	/** What to do next. */
	readonly hint: string;
}

const retryHint = 'nothing to do if it passes: the next sync goes on where this one stopped';
const failures: Readonly<Record<FailureKind, Failure>> = {
	network: {
		kind: 'network',
		retry: true,
		code: 'remote-unreachable',
		hint: 'check the network and the address of the remote (rclone config show)',
	},
	timeout: {
		kind: 'timeout',
		retry: true,
		code: 'remote-unreachable',
		hint: 'the remote is slow or silent: try again later, or raise SYNC_TIMEOUT',
	},
	'rate-limit': {
		kind: 'rate-limit',
		retry: true,
		code: 'sync-failed',
		hint: 'the provider limits requests: set EXTRA_OPTIONS = --tpslimit 4, or fewer TRANSFERS',
	},
	server: { kind: 'server', retry: true, code: 'sync-failed', hint: retryHint },
	unauthorized: {
		kind: 'unauthorized',
		retry: false,
		code: 'remote-unauthorized',
		hint: 'the remote refuses these credentials: correct them with rclone config',
	},
	forbidden: {
		kind: 'forbidden',
		retry: false,
		code: 'remote-unauthorized',
		hint: 'these credentials may not do this on the remote: give the key list, read, write and delete rights on the path',
	},
	clock: {
		kind: 'clock',
		retry: false,
		code: 'remote-unauthorized',
		hint: "this machine's clock is wrong: set it (timedatectl set-ntp true)",
	},
	quota: {
		kind: 'quota',
		retry: false,
		code: 'no-space',
		hint: 'the remote is full: make room there or raise the quota, then sync again',
	},
	'read-only': {
		kind: 'read-only',
		retry: false,
		code: 'no-permission',
		hint: 'the remote cannot be written: check its mount and its permissions',
	},
	'remote-unknown': {
		kind: 'remote-unknown',
		retry: false,
		code: 'remote-unknown',
		hint: 'see the names rclone knows with: rclone listremotes',
	},
	'config-locked': {
		kind: 'config-locked',
		retry: false,
		code: 'config-invalid',
		hint: "rclone's config is encrypted: set RCLONE_CONFIG_PASS or RCLONE_PASSWORD_COMMAND in the environment",
	},
	'too-old': {
		kind: 'too-old',
		retry: false,
		code: 'tool-too-old',
		hint: "this rclone's S3 backend does not work here (unsupported transport): install rclone 1.68 or newer",
	},
	usage: {
		kind: 'usage',
		retry: false,
		code: 'sync-failed',
		hint: 'rclone does not take these options: check EXTRA_OPTIONS and BANDWIDTH',
	},
	'not-found': { kind: 'not-found', retry: false, code: 'sync-failed', hint: 'check RCLONE_PATH' },
	lost: {
		kind: 'lost',
		retry: true,
		code: 'sync-failed',
		hint: 'the remote says yes and does not keep what it is sent: look at its disk and its log',
	},
	interrupted: { kind: 'interrupted', retry: false, code: 'sync-failed', hint: retryHint },
	unknown: { kind: 'unknown', retry: true, code: 'sync-failed', hint: 'the log has what rclone said' },
};

// The first match decides: what is surely permanent before what may pass, and rate limits before the 403 they come with.
const patterns: readonly (readonly [FailureKind, RegExp])[] = [
	['too-old', /unsupported transport/i],
	['remote-unknown', /didn't find section in config file/i],
	[
		'config-locked',
		/couldn't decrypt configuration|unable to decrypt configuration|enter configuration password|can't decrypt/i,
	],
	[
		'usage',
		/unknown (shorthand )?flag|unknown command|invalid argument .* for "--|bad suffix|flag needs an argument|Command .* needs \d+ arguments/i,
	],
	['clock', /RequestTimeTooSkewed|RequestExpired|clock skew/i],
	[
		'rate-limit',
		/\b429\b|too many requests|rate.?limit|SlowDown|RequestLimitExceeded|TooManyRequests|Throttl|too_many_(write_operations|requests)|activityLimitReached/i,
	],
	[
		'quota',
		/\b507\b|insufficient.?storage|no space left|too big for remaining disk space|quota.?exceeded|storageQuota|storage_cap_exceeded|over quota|not enough (free )?space|insufficient_space|disk full|file system full|out of space/i,
	],
	[
		'unauthorized',
		/\b401\b|unauthori[sz]ed|unable to authenticate|InvalidAccessKeyId|SignatureDoesNotMatch|bad_auth_token|expired_auth_token|invalid_grant|token (has )?(expired|been revoked)|ExpiredToken|InvalidToken|login incorrect|logon failure|couldn't fetch token|NoCredentialProviders/i,
	],
	['forbidden', /\b403\b|forbidden|access.?denied|AllAccessDisabled/i],
	['read-only', /read-only file system|permission denied|operation not permitted/i],
	[
		'server',
		/\b50[0234]\b|internal server error|bad gateway|service unavailable|gateway time-?out|InternalError|ServiceUnavailable/i,
	],
	[
		'timeout',
		/i\/o timeout|deadline exceeded|timeout awaiting|TLS handshake timeout|timed out|max transfer duration reached|RequestTimeout/i,
	],
	[
		'network',
		/connection (refused|reset|lost|closed|timed out)|broken pipe|unexpected EOF|\bEOF\b|no such host|network is unreachable|no route to host|closed network connection|temporary failure in name resolution|server misbehaving|handshake failed|host is down|couldn't connect|transport endpoint|malformed HTTP/i,
	],
];

/** @returns the failure of a kind that the caller found by itself */
export function failureOf(kind: FailureKind): Failure {
	return failures[kind];
}

export interface FailedCall {
	/** null when a signal ended it. */
	readonly exitCode: number | null;
	readonly timedOut: boolean;
	readonly aborted: boolean;
	/** Everything rclone said at error level. */
	readonly text: string;
}

/**
 * Tells why an rclone call failed: by what happened to the process, by its words, then by its exit code.
 * 401, 403, 429, 5xx and 507 all exit with 1 (seen with both ages), so the words come before the code.
 */
export function classifyFailure(call: FailedCall): Failure {
	if (call.aborted) return failures.interrupted;
	if (call.timedOut) return failures.timeout;
	const match = patterns.find(([, pattern]) => pattern.test(call.text));
	if (match !== undefined) return failures[match[0]];
	switch (exitMeaning(call.exitCode)) {
		case 'usage':
			return failures.usage;
		case 'directory-not-found':
			return failures['not-found'];
		// Also when a server confirmed an upload and then does not have it (seen with WebDAV).
		case 'file-not-found':
			return failures.lost;
		case 'duration-limit':
			return failures.timeout;
		default:
			return failures.unknown;
	}
}
