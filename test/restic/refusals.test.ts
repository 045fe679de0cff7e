import { expect, test } from 'vitest';
import { lastFailedRequest, readRefusal, watchRefusals } from '../../source/restic/refusals.ts';

const name = '7c0145294b75ec043d1635da17f1956161ff82161bfc99783a27d0adb041c23e';

// What restic 0.14.0, 0.18.0 and 0.19.1 really wrote.
const readOnly = `Save(<lock/7c0145294b>) returned error, retrying after 1.25s: open ro/locks/${name}-tmp-3382974080: read-only file system`;
const asJson = JSON.stringify({ message_type: 'error', message: readOnly, during: 'check' });
const appendOnly =
	'Remove(<snapshot/b8fe0f0d46>) returned error, retrying after 552.330144ms: blob not removed, server response: 403 Forbidden (403)';
const standsByIt = 'Remove(<snapshot/801390a459>) failed: unexpected HTTP response (403): 403 Forbidden';

test('what a repository refuses is told as what it is', () => {
	for (const line of [readOnly, asJson])
		expect(readRefusal(line)).toMatchObject({
			code: 'repository-read-only',
			message: 'the repository cannot be written: open ro/locks/7c014529: read-only file system',
			retried: true,
		});
	expect(readRefusal(appendOnly)).toMatchObject({ code: 'repository-append-only', retried: true });
	expect(readRefusal(standsByIt)).toMatchObject({ code: 'repository-append-only', retried: false });
	expect(readRefusal('Save(<data/00>) returned error, retrying after 1s: disk quota exceeded')).toMatchObject(
		{ code: 'no-space' },
	);
	expect(
		readRefusal(
			'Save(<lock/00>) returned error, retrying after 1s: server response unexpected: 403 Forbidden (403)',
		),
	).toMatchObject({ code: 'repository-read-only' });
	expect(
		readRefusal(
			'Load(<key/00>, 0, 0) returned error, retrying after 1s: unexpected HTTP response (401): 401 Unauthorized',
		),
	).toMatchObject({ code: 'repository-unauthorized' });
});

test('what may pass by itself is no refusal, but told when time is up', () => {
	const busy =
		'Save(<lock/00>) returned error, retrying after 1s: unexpected HTTP response (503): 503 Service Unavailable';
	expect(readRefusal(busy)).toBeUndefined();
	expect(readRefusal('open /srv/data: permission denied')).toBeUndefined();
	expect(lastFailedRequest(`noise\n${busy}\nmore`)).toBe(
		'unexpected HTTP response (503): 503 Service Unavailable',
	);
});

test('restic is stopped when it was refused the same twice; a restore goes on with what can be read', () => {
	const watch = watchRefusals('backup');
	expect(watch.line(readOnly)).toBe(false);
	expect(watch.refusal).toBeUndefined();
	expect(watch.line(readOnly)).toBe(true);
	const unreadable = 'Load(<data/00>, 1, 2) returned error, retrying after 1s: 403 Forbidden';
	for (const [operation, stops] of [
		['restore', false],
		['read', true],
	] as const) {
		const one = watchRefusals(operation);
		one.line(unreadable);
		expect(one.line(unreadable)).toBe(stops);
	}
});
