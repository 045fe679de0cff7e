import { expect, test } from 'vitest';
import { givenConfig, hintText } from '../../source/commands/hint.ts';

test('a command in a hint finds the same configuration when it is pasted', () => {
	const hint = 'see: backup-tui snapshots; if it is right: backup-tui snapshots forget 12345678';
	expect(hintText(hint, undefined)).toBe(hint);
	expect(hintText(hint, '/etc/two.ini')).toBe(
		'see: backup-tui --config /etc/two.ini snapshots; if it is right: backup-tui --config /etc/two.ini snapshots forget 12345678',
	);
	expect(hintText('backup-tui check', "/my files/it's.ini")).toMatch(
		/^backup-tui --config '\/my files\/it.+s\.ini' check$/,
	);
});

test('a sentence about the program, and a command that names its configuration, stay as they are', () => {
	for (const hint of ['install a newer backup-tui and try again', 'backup-tui --config /a.ini check'])
		expect(hintText(hint, '/b.ini')).toBe(hint);
});

test('control characters of a path do not reach the terminal', () => {
	expect(hintText('backup-tui check', '/a\u001b[31m.ini')).not.toContain('\u001b');
});

test('the configuration is found among arguments that are wrong', () => {
	expect(givenConfig(['bakcup', '--config', '/a.ini'])).toBe('/a.ini');
	expect(givenConfig(['--config=/b.ini', 'backup'])).toBe('/b.ini');
	expect(givenConfig(['backup', '-c', '/c.ini'])).toBe('/c.ini');
	expect(givenConfig(['backup', '--config'])).toBeUndefined();
	expect(givenConfig(['backup'])).toBeUndefined();
});
