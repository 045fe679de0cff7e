import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogIndex } from '../../../source/tui/log/log-index.ts';
import { parseLogLine } from '../../../source/tui/log/parse-log-line.ts';

let directory = '';
let path = '';
const signal = new AbortController().signal;
const line = (level: string, text: string) =>
	`${JSON.stringify({ level, time: '2026-04-16T03:00:00.000Z', type: 'message', text, msg: text })}\n`;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'log-index-'));
	path = join(directory, 'run.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('lines are counted by level and read by number, and the index grows with the file', async () => {
	writeFileSync(path, line('info', 'one') + line('debug', 'two') + line('warn', 'three'));
	const index = new LogIndex(path);
	await index.grow(signal);
	expect([index.count('debug'), index.count('info'), index.count('warn'), index.count('error')]).toEqual([
		3, 2, 1, 0,
	]);
	expect((await index.read('info', 0, 10)).map((raw) => parseLogLine(raw).text)).toEqual(['one', 'three']);
	appendFileSync(path, line('error', 'four').slice(0, 30));
	await index.grow(signal);
	expect(index.count('debug')).toBe(3);
	appendFileSync(path, line('error', 'four').slice(30));
	expect(await index.grow(signal)).toBe(true);
	expect(parseLogLine((await index.read('error', 0, 1))[0] ?? '')).toMatchObject({
		level: 'error',
		text: 'four',
	});
	await index.close();
});

test('two hundred thousand lines are indexed; the search goes on, back and round', async () => {
	writeFileSync(
		path,
		Array.from({ length: 200_000 }, (_, at) => line(at % 4 === 0 ? 'warn' : 'info', `number ${at}.`)).join(
			'',
		),
	);
	const index = new LogIndex(path);
	await index.grow(signal);
	expect(index.count('info')).toBe(200_000);
	expect(index.count('warn')).toBe(50_000);
	expect(await index.find('info', 'NUMBER 150000.', 10, 1, signal)).toBe(150_000);
	expect(await index.find('info', 'number 5.', 150_000, 1, signal)).toBe(5);
	expect(await index.find('info', 'number 199999.', 5, -1, signal)).toBe(199_999);
	expect(await index.find('warn', 'number 8.', 40_000, -1, signal)).toBe(2);
	expect(await index.find('info', 'nowhere', 0, 1, signal)).toBe(-1);
	expect((await index.read('warn', 49_999, 5)).map((raw) => parseLogLine(raw).text)).toEqual([
		'number 199996.',
	]);
	await index.close();
});

test('a line that is no JSON is shown as it is', () => {
	expect(parseLogLine('Killed')).toMatchObject({ text: 'Killed', level: 'info' });
});
