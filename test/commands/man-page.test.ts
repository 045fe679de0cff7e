import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { manPage } from '../../source/commands/man-page.ts';

test('the manual has every part, and no line that roff would take for a request', () => {
	const page = manPage('1.2.3');
	for (const part of ['NAME', 'SYNOPSIS', 'GLOBAL FLAGS', 'EXIT STATUS', 'FILES', 'ENVIRONMENT']) {
		expect(page).toContain(`.SH ${part}`);
	}
	expect(page).toContain('config import FILE [TARGET]');
	expect(page.split('\n').filter((line) => /^\.(?!TH|SH|SS|TP|PP|BR?|I|br)/.test(line))).toEqual([]);
});

test.runIf(spawnSync('groff', ['--version']).status === 0)('groff takes it without a complaint', () => {
	const { status, stderr, stdout } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], {
		input: manPage('1.2.3'),
		encoding: 'utf8',
	});
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
	// groff overstrikes what is bold.
	expect(stdout.replaceAll(/.\u0008/g, '')).toContain('-n, --dry-run');
});
