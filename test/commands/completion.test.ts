import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bashCompletion } from '../../source/commands/completion-bash.ts';
import { fishCompletion } from '../../source/commands/completion-fish.ts';
import { completionEntries } from '../../source/commands/completion-words.ts';
import { zshCompletion } from '../../source/commands/completion-zsh.ts';

/** What bash offers after these words; the last one is being typed. */
function bash(...words: string[]): string[] {
	const script = `${bashCompletion()}
COMP_WORDS=(backup-tui "$@")
COMP_CWORD=$#
_backup_tui
printf '%s\\n' "\${COMPREPLY[@]}"`;
	const output = execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8', cwd: '/' });
	return output.split('\n').filter((line) => line !== '');
}

test('bash: commands, subcommands, values and flags, with global flags in between', () => {
	expect(bash('conf')).toEqual(['config']);
	expect(bash('config', 'va')).toEqual(['validate']);
	expect(bash('-n', '--config', '/x.ini', 'config', 'show', '--or')).toEqual(['--origin']);
	expect(bash('completion', '')).toEqual(['bash', 'zsh', 'fish']);
	expect(bash('version', '--js')).toEqual(['--json']);
	expect(bash('generate')).toEqual([]);
});

test('bash: a path is completed where a path is wanted', () => {
	expect(bash('--config', '/et')).toEqual(['/etc']);
	expect(bash('config', 'import', '/et')).toEqual(['/etc']);
});

test.each([
	['bash', bashCompletion()],
	['zsh', zshCompletion()],
	['fish', fishCompletion()],
])('%s: every command, subcommand and flag that is built is in the script', (_shell, script) => {
	for (const entry of completionEntries()) {
		for (const { name } of entry.subcommands) expect(script).toContain(name);
		for (const { name } of entry.flags) expect(script).toContain(name);
	}
});

test('zsh: quotes and brackets in texts do not end the script early', () => {
	for (const line of zshCompletion().split('\n')) {
		const quotes = line.replaceAll("'\\''", '').split("'").length - 1;
		expect(quotes % 2, line).toBe(0);
	}
});
