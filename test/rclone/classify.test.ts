import { expect, test } from 'vitest';
import { classifyFailure } from '../../source/rclone/classify.ts';

const call = (text: string, exitCode: number | null = 1) => ({
	exitCode,
	timedOut: false,
	aborted: false,
	text,
});

// Each text was seen from rclone 1.60.1 or 1.75.2, or is in its source for that backend.
test.each([
	['read metadata failed: 401 Unauthorized: 401 Unauthorized', 'unauthorized'],
	[
		"couldn't connect SSH: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none password]",
		'unauthorized',
	],
	['InvalidAccessKeyId: The AWS Access Key Id you provided does not exist', 'unauthorized'],
	['AccessDenied: Access Denied status code: 403', 'forbidden'],
	['googleapi: Error 403: User rate limit exceeded., userRateLimitExceeded', 'rate-limit'],
	['429 Too Many Requests', 'rate-limit'],
	['SlowDown: Please reduce your request rate. status code: 503', 'rate-limit'],
	['Insufficient Storage: 507 Insufficient Storage', 'quota'],
	["googleapi: Error 403: The user's Drive storage quota has been exceeded., storageQuotaExceeded", 'quota'],
	['write /mnt/x: no space left on device', 'quota'],
	['preallocate: file too big for remaining disk space', 'quota'],
	['503 Service Unavailable', 'server'],
	['dial tcp 127.0.0.1:1: connect: connection refused', 'network'],
	['dial tcp: lookup nosuch.invalid: no such host', 'network'],
	['read tcp 10.0.0.1:443: read: connection reset by peer', 'network'],
	['net/http: timeout awaiting response headers', 'timeout'],
	['max transfer duration reached as set by --max-duration', 'timeout'],
	[
		'RequestTimeTooSkewed: The difference between the request time and the current time is too large',
		'clock',
	],
	[
		'Failed to create file system for "nosuch:x": didn\'t find section in config file ("nosuch")',
		'remote-unknown',
	],
	['unsupported transport, *fshttp.Transport', 'too-old'],
	['mkdir /mnt/x: read-only file system', 'read-only'],
	['unknown flag: --nosuch', 'usage'],
	['something nobody has seen', 'unknown'],
])('%s -> %s', (text, kind) => {
	expect(classifyFailure(call(text)).kind).toBe(kind);
});

test('what can pass is tried again, what cannot is not', () => {
	const retried = ['429', '503 Service Unavailable', 'connection refused', 'i/o timeout', 'unheard of'];
	const final = [
		'401 Unauthorized',
		'403 Forbidden',
		'507',
		'unsupported transport',
		"didn't find section in config file",
	];
	expect(retried.map((text) => classifyFailure(call(text)).retry)).toEqual(retried.map(() => true));
	expect(final.map((text) => classifyFailure(call(text)).retry)).toEqual(final.map(() => false));
});

test('the end of the process comes before its words', () => {
	expect(classifyFailure({ ...call('401'), timedOut: true }).kind).toBe('timeout');
	expect(classifyFailure({ ...call('401'), aborted: true })).toMatchObject({
		kind: 'interrupted',
		retry: false,
	});
});

test('exit codes decide where words do not', () => {
	expect(classifyFailure(call('', 2)).kind).toBe('usage');
	expect(classifyFailure(call('', 10)).kind).toBe('timeout');
	expect(classifyFailure(call('', 3)).kind).toBe('not-found');
	expect(classifyFailure(call('object not found', 4))).toMatchObject({ kind: 'lost', retry: true });
	expect(classifyFailure(call('', 5))).toMatchObject({ kind: 'unknown', retry: true });
});

test('every failure says what to do next', () => {
	for (const text of ['401', '507', '429', 'connection refused', 'x'])
		expect(classifyFailure(call(text)).hint.length).toBeGreaterThan(10);
});
