import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseArguments } from '../../source/commands/parse.ts';
import { isBuilt } from '../../source/commands/spec/definition.ts';
import { findCommand } from '../../source/commands/spec/table.ts';

const source = new URL('../../source', import.meta.url).pathname;
/** Sentences about the program: the word after its name is no command. */
const prose = /^(restore --as$|the terminal UI$|backs up|is just|cannot|needs|event|configuration)\b/;

/** What stands in texts of the source after the program's name, placeholders filled in, up to where a command can end. */
function commandsIn(text: string): readonly string[] {
	const code = text
		.split('\n')
		.filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line))
		.join('\n');
	const found = code.matchAll(/\bbackup-tui (?=((?:\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`'"\n\\$]|\$(?!\{))*))/g);
	return (
		[...found]
			// What is joined to a flag is more of them, or nothing.
			.map(([, after = '']) => after.replaceAll(/(--[a-z-]+)\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '$1'))
			.map((after) => after.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'x'))
			.map((after) => (after.split(/[;,)]|:(?: |$)|\.(?: |$)| \(|\?/)[0] ?? '').trim())
			.filter((command) => /^[a-z][a-z-]+/.test(command) && !prose.test(command))
	);
}

const all = readdirSync(source, { recursive: true, encoding: 'utf8' })
	.filter((file) => /\.tsx?$/.test(file) && !file.startsWith('commands/completion-'))
	.flatMap((file) =>
		commandsIn(readFileSync(join(source, file), 'utf8')).map((command) => [command, file] as const),
	);

test('hints are found', () => {
	expect(all.length).toBeGreaterThan(60);
	expect(commandsIn("hint: `look: backup-tui logs ${run({ a: 'b' })}; or not`")).toEqual(['logs x']);
});

test.each(all)('F23: "backup-tui %s" of %s works when pasted', (command) => {
	const parsed = parseArguments(command.split(' '));
	expect(parsed.definition !== undefined && isBuilt(parsed.definition), 'is built').toBe(true);
	const [about = 'x'] = parsed.args;
	if (parsed.definition?.name === 'help' && !/^(x|COMMAND)$/.test(about))
		expect(findCommand(about)).toBeDefined();
});
