import type { ErrorCode } from '../errors.ts';
import { isObject, parseMessage, text } from './messages.ts';
import type { Operation } from './operation.ts';

/** What the repository has refused, as restic tells it of one request. */
export interface Refusal {
	readonly code: ErrorCode;
	/** In words, with restic's reason. */
	readonly message: string;
	/** Whether it was about to change the repository. */
	readonly writing: boolean;
	/** restic will try again, for up to a quarter of an hour. */
	readonly retried: boolean;
}

/** `Save(<lock/7c01>) returned error, retrying after 1.2s: REASON`, `Remove(<snapshot/6b0e>) failed: REASON` (0.14 to 0.19). */
const request = /^(Save|Remove|Load|Stat|List)\((.*?)\) (returned error, retrying after [^:]*|failed): (.*)$/;

const forbidden = /\b40[35]\b|forbidden|access ?denied|method not allowed/i;
const unauthorized = /\b401\b|unauthorized/i;
const full = /no space left on device|quota exceeded|insufficient storage|\b507\b/i;
const readOnly = /read-only file system/i;
const noPermission = /permission denied|operation not permitted/i;

/** `check --json` of 0.19 tells it as JSON, others as a line. */
function match(line: string): RegExpExecArray | null {
	const message = parseMessage(line);
	if (message === undefined) return request.exec(line);
	const { message: inner } = isObject(message.error) ? message.error : message;
	return request.exec(text(inner));
}

/** Names of 64 digits and of temporary files say nothing to a person. */
function short(reason: string): string {
	return reason.replace(/\b([0-9a-f]{8})[0-9a-f]{24,56}(-tmp-\d+)?/g, '$1').trim();
}

/** @returns what restic says of a request that failed, without the request; undefined for other lines */
export function failedRequest(line: string): string | undefined {
	const found = match(line);
	return found === null ? undefined : short(found[4] ?? '');
}

/** @returns undefined for a line that is about something else, or about what may pass by itself */
export function readRefusal(line: string): Refusal | undefined {
	const found = match(line);
	if (found === null) return undefined;
	const [, verb = '', , how = '', words = ''] = found;
	const reason = short(words);
	const told = (code: ErrorCode, what: string): Refusal => ({
		code,
		message: `${what}: ${reason}`,
		writing: verb === 'Save' || verb === 'Remove',
		retried: how !== 'failed',
	});
	if (full.test(reason)) return told('no-space', 'the repository is full');
	if (unauthorized.test(reason))
		return told('repository-unauthorized', 'the repository refuses these credentials');
	if (verb === 'Save' || verb === 'Remove') {
		if (readOnly.test(reason)) return told('repository-read-only', 'the repository cannot be written');
		if (noPermission.test(reason)) return told('no-permission', 'the repository cannot be written');
		if (!forbidden.test(reason)) return undefined;
		return verb === 'Save'
			? told('repository-read-only', 'the repository does not let anything be written')
			: told('repository-append-only', 'the repository does not let anything be deleted (append-only)');
	}
	if (forbidden.test(reason))
		return told('repository-unauthorized', 'the repository does not let anything be read');
	return undefined;
}

/** restic asks again after half a second and after another: what is refused for good is refused both times. */
const enough = 2;

/** Operations of which most can still be saved when a part cannot be read. */
const patient: readonly Operation[] = ['restore', 'backup', 'copy', 'check'];

/** Tells when it is of no use to let restic try again. */
export function watchRefusals(operation: Operation): {
	/** @returns true once restic should be stopped */
	line(line: string): boolean;
	readonly refusal: Refusal | undefined;
} {
	let times = 0;
	let refusal: Refusal | undefined;
	return {
		line: (line) => {
			const found = readRefusal(line);
			if (found === undefined || !found.retried) return false;
			if (!found.writing && patient.includes(operation)) return false;
			times += 1;
			if (times < enough) return false;
			refusal = found;
			return true;
		},
		get refusal() {
			return refusal;
		},
	};
}

/** @returns the last refusal in what restic has said */
export function lastRefusal(stderr: string): Refusal | undefined {
	return stderr
		.split('\n')
		.map(readRefusal)
		.findLast((refusal) => refusal !== undefined);
}

/** @returns the reason of the last request that failed, for whatever reason */
export function lastFailedRequest(stderr: string): string | undefined {
	return stderr
		.split('\n')
		.map(failedRequest)
		.findLast((reason) => reason !== undefined);
}
