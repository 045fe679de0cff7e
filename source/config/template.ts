import { encodeIniValue } from './ini-value.ts';
import { valueNote } from './key-notes.ts';
import type { Key, SectionKeys } from './schema/key.ts';
import { namedSections, sections, sectionTitles } from './schema.ts';

const width = 100;

const preamble = [
	'Configuration of backup-tui. Check it with `backup-tui validate`; `backup-tui config show --origin` tells the value of every key at the moment, and where it comes from.',
	'',
	'A line that is commented out shows the default, or an example where there is none. Values go unquoted, in single quotes (taken as they stand) or in double quotes (with backslash escapes). Unquoted, a # or ; begins a comment: a password belongs into single quotes.',
	'',
	'This file can name programs that are run: only its owner may be able to write it.',
];

/** Values to set in the template, by section and canonical key. */
export type TemplateValues = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The documented configuration file: every key, with what it does and its default.
 *
 * @param values set instead of the defaults; without them, what must be set holds an example
 */
export function configTemplate(values?: TemplateValues): string {
	const blocks = [preamble.flatMap(comment)];
	for (const [name, keys] of Object.entries(sections)) {
		blocks.push([...comment(sectionTitles[name as keyof typeof sections]), `[${name}]`]);
		for (const [key, definition] of Object.entries(keys)) {
			blocks.push([...comment(notes(definition)), keyLine(key, definition, values, name)]);
		}
	}
	blocks.push([...comment(sectionTitles.stack), '#[stack:NAME]', ...stackLines(namedSections.stack)]);
	return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function keyLine(name: string, key: Key, values: TemplateValues | undefined, section: string): string {
	const given = values?.get(section)?.get(name);
	if (given !== undefined) return `${name}=${encodeIniValue(given)}`;
	const shown = key.default === '' ? (key.example ?? '') : key.default;
	const set = values === undefined && (key.required === true || key.suggested === true);
	return `${set ? '' : '#'}${name}=${shown}`;
}

function stackLines(keys: SectionKeys): string[] {
	return Object.entries(keys).map(
		([name, key]) => `#${name}=${key.default === '' ? key.example : key.default}`,
	);
}

function notes(key: Key): string {
	const also = key.aliases === undefined ? '' : `Also: ${key.aliases.join(', ')}.`;
	return [key.doc, valueNote(key), also].filter((part) => part !== '').join(' ');
}

/** Comment lines of at most `width` columns. */
function comment(paragraph: string): string[] {
	const lines = [''];
	for (const word of paragraph.split(' ')) {
		const line = lines.at(-1) ?? '';
		if (line !== '' && line.length + word.length + 3 > width) lines.push(word);
		else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
	}
	return lines.map((line) => `# ${line}`.trimEnd());
}
