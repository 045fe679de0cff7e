import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMessage } from '../../source/rclone/messages.ts';

const newStats =
	'{"time":"2026-11-21T05:01:38Z","level":"notice","msg":"\\nTransferred: 1","stats":{"bytes":1705764,"checks":0,"errors":0,"eta":3,"speed":42.5,"totalBytes":9104975,"totalTransfers":10,"transferring":[{"bytes":1,"name":"data/f8/f8df"}],"transfers":9},"source":"accounting/stats.go:549"}';
const oldStats =
	'{"level":"warning","msg":"\\nTransferred: 1","source":"accounting/stats.go:482","stats":{"bytes":5,"eta":null,"speed":0,"totalBytes":9,"totalTransfers":2,"transfers":1},"time":"2026-11-21T05:01:39Z"}';

test('statistics of both ages', () => {
	expect(parseMessage(newStats)?.stats).toEqual({
		bytes: 1705764,
		totalBytes: 9104975,
		transfers: 9,
		totalTransfers: 10,
		errors: 0,
		speed: 42.5,
		eta: 3,
		current: ['data/f8/f8df'],
	});
	expect(parseMessage(oldStats)).toMatchObject({ level: 'notice', stats: { bytes: 5, current: [] } });
	expect(parseMessage(oldStats)?.stats).not.toHaveProperty('eta');
});

test('errors name the file they are about', () => {
	const line = '{"level":"error","msg":"Failed to copy: 503","object":"data/aa/aab","source":"x"}';
	expect(parseMessage(line)).toEqual({ level: 'error', text: 'Failed to copy: 503', object: 'data/aa/aab' });
});

test('plain text, which the old rclone writes when it fails early, is an error', () => {
	expect(parseMessage('2026/11/21 05:02:35 Failed to create file system for "x:": 401')).toEqual({
		level: 'critical',
		text: 'Failed to create file system for "x:": 401',
	});
	expect(parseMessage('2026/11/21 05:02:34 NOTICE: hello')).toEqual({ level: 'notice', text: 'hello' });
	expect(parseMessage('   ')).toBeUndefined();
});

test('no line breaks it', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.json(),
				fc.json().map((text) => `{"stats":${text}}`),
			),
			(line) => {
				parseMessage(line);
				parseMessage(newStats.slice(0, line.length));
			},
		),
	);
});
