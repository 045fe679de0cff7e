import { expect, test } from 'vitest';
import { createOutput } from '../../source/commands/output.ts';
import { renderError } from '../../source/commands/render-error.ts';
import { BackupTuiError } from '../../source/errors.ts';
import { record } from './recording.ts';

test('results go to stdout, all else to stderr; --quiet silences notes but not warnings', () => {
	for (const quiet of [false, true]) {
		const { context, stdout, stderr } = record(quiet ? ['status', '-q'] : ['status']);
		context.output.line('result');
		context.output.note('note');
		context.output.detail('detail');
		context.output.warn('careful', 'do this');
		expect(stdout()).toBe('result\n');
		expect(stderr()).toBe(`${quiet ? '' : 'note\n'}warning: careful\nhint: do this\n`);
	}
});

test.each([
	[['status'], {}, true],
	[['status', '--no-color'], {}, false],
	[['status'], { NO_COLOR: '1' }, false],
	[['status'], { NO_COLOR: '' }, true],
	[['status'], { TERM: 'dumb' }, false],
])('%j with %j on a terminal: coloured %s', (argv, env, colored) => {
	const { context } = record(argv, { terminal: true, env });
	expect(context.output.style('red', 'x') !== 'x').toBe(colored);
});

test('no colour where stdout is not a terminal', () => {
	expect(record(['status']).context.output.style('red', 'x')).toBe('x');
});

test.each([
	[['status', '--ascii'], {}, '+'],
	[['status'], { LC_ALL: 'de_DE.ISO-8859-1' }, '+'],
	[['status'], { LANG: 'en_US.UTF-8' }, '✔'],
	[['status'], {}, '✔'],
	[['status', '--screen-reader'], {}, 'ok'],
])('marks of %j with %j', (argv, env, mark) => {
	expect(record(argv, { env }).context.output.marks.ok).toBe(mark);
});

test.each([
	['--lock-wait', Number.POSITIVE_INFINITY],
	['--lock-wait=60', 60],
	['--lock-wait=0', 0],
	['--json', 0],
])('%s: seconds to wait for a lock', (flag, seconds) => {
	expect(record(['status', flag]).context.options.lockWaitSeconds).toBe(seconds);
});

const error = new BackupTuiError('config-invalid', 'bad \u001b[2J name', {
	hint: 'fix it',
	detail: 'long story',
});

test('an error is one message and one hint, without what could steer the terminal', () => {
	const { io, stdout, stderr } = record(['status']);
	const code = renderError(error, io, { json: false, verbose: false, color: true, configPath: undefined });
	expect(code).toBe(1);
	expect(stdout()).toBe('');
	expect(stderr()).toBe('error: bad \\x1b[2J name\nhint: fix it\n');
});

test('with --json it is a document on stdout too; with --verbose the whole story', () => {
	const { io, stdout, stderr } = record(['status']);
	renderError(error, io, { json: true, verbose: true, color: false, configPath: undefined });
	expect(JSON.parse(stdout())).toEqual({
		error: { code: 'config-invalid', message: error.message, hint: 'fix it', exitCode: 1 },
	});
	expect(stderr()).toContain('long story');
});

test('a fault of our own shows where it happened', () => {
	const { io, stderr } = record(['status']);
	expect(
		renderError(new TypeError('oops'), io, {
			json: false,
			verbose: false,
			color: false,
			configPath: undefined,
		}),
	).toBe(2);
	expect(stderr()).toMatch(/^error: oops\nTypeError: oops\n\s+at /);
});

test('a note is written as it is, colours and all; a command in an advice finds the same configuration', () => {
	const { io, stderr } = record([]);
	const options = {
		verbose: false,
		quiet: false,
		color: true,
		wide: false,
		ascii: false,
		screenReader: false,
	};
	const output = createOutput(io, { ...options, configPath: '/etc/two.ini' });
	output.note('\u001b[1m# made by: backup-tui schedule install\u001b[22m');
	output.advice('no backups yet: backup-tui backup');
	expect(stderr()).toBe(
		'\u001b[1m# made by: backup-tui schedule install\u001b[22m\nno backups yet: backup-tui --config /etc/two.ini backup\n',
	);
});
