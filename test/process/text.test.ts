import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childEnvironment } from '../../source/process/environment.ts';
import { LineSplitter, TailBuffer } from '../../source/process/lines.ts';
import { createRedactor } from '../../source/process/redact.ts';
import { formatBytes, formatDuration } from '../../source/runs/units.ts';

describe('text of children', () => {
	test('lines come out whole, however the bytes are cut', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.string({ unit: 'binary' }).map((s) => s.replace(/[\r\n]/g, '')),
					{ minLength: 1 },
				),
				fc.nat(7),
				(lines, size) => {
					const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
					const out: string[] = [];
					const splitter = new LineSplitter((line) => out.push(line));
					for (let at = 0; at < bytes.length; at += size + 1)
						splitter.write(bytes.subarray(at, at + size + 1));
					splitter.end();
					expect(out).toEqual(Buffer.from(lines.join('\n')).toString('utf8').split('\n'));
				},
			),
		);
	});

	test('a line without end does not grow without bound', () => {
		const out: string[] = [];
		const splitter = new LineSplitter((line) => out.push(line));
		for (let index = 0; index < 40; index += 1) splitter.write(Buffer.alloc(100_000, 'x'));
		splitter.write(Buffer.from('\nnext\n'));
		expect(out.length).toBe(2);
		expect((out[0] as string).length).toBe(1024 * 1024);
		expect(out[1]).toBe('next');
	});

	test('the tail is the end of what was written', () => {
		const tail = new TailBuffer(10);
		for (const word of ['hello ', 'big ', 'wide ', 'world']) tail.write(Buffer.from(word));
		expect(tail.text()).toBe('wide world');
	});

	test('secrets are masked in plain, JSON and URL form', () => {
		const redact = createRedactor(['pa"ss/word', 'abc']);
		expect(redact('x pa"ss/word y')).toBe('x *** y');
		expect(redact(JSON.stringify({ p: 'pa"ss/word' }))).toBe('{"p":"***"}');
		expect(redact('rest:https://user:pa%22ss%2Fword@host/')).toBe('rest:https://user:***@host/');
		expect(redact('sftp://user:other@host')).toBe('sftp://user:***@host');
		expect(redact('abc is short')).toBe('abc is short');
	});

	test('children get no variable that was not allowed', () => {
		const env = childEnvironment(
			{ RESTIC_PASSWORD: 'x', LD_PRELOAD: 'y', AWS_ACCESS_KEY_ID: 'z', HOME: '/root', PATH: '/evil' },
			['AWS_*'],
		);
		expect(env).toMatchObject({ AWS_ACCESS_KEY_ID: 'z', HOME: '/root' });
		expect(Object.keys(env)).not.toContain('RESTIC_PASSWORD');
		expect(Object.keys(env)).not.toContain('LD_PRELOAD');
		expect(env.PATH).not.toContain('evil');
	});

	test.each([
		[0, '0 B'],
		[999, '999 B'],
		[1023, '1.0 KiB'],
		[1536, '1.5 KiB'],
		[1024 ** 3 * 84.1, '84.1 GiB'],
		[1024 ** 2 * 312, '312 MiB'],
	])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

	test.each([
		[420, '0.4s'],
		[12_000, '12s'],
		[59_700, '1m00s'],
		[108_000, '1m48s'],
		[7_500_000, '2h05m'],
		[274_000_000, '3d04h'],
	])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});
