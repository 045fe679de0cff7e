import { valueNote } from './key-notes.ts';
import type { SectionKeys } from './schema/key.ts';
import { namedSections, sections, sectionTitles } from './schema.ts';

/** The tables of docs/configuration.md: every key of every section. */
function configReference(): string {
	const blocks = Object.entries(sections).map(([name, keys]) =>
		sectionTable(`[${name}]`, sectionTitles[name as keyof typeof sections], keys),
	);
	return [...blocks, sectionTable('[stack:NAME]', sectionTitles.stack, namedSections.stack)].join('\n');
}

function sectionTable(heading: string, title: string, keys: SectionKeys): string {
	const rows = Object.entries(keys).map(([name, key]) => {
		const names = [name, ...(key.aliases ?? [])].map((each) => `\`${each}\``).join('<br>');
		const value = key.required === true ? 'must be set' : key.default === '' ? '' : `\`${key.default}\``;
		const text = [key.doc, valueNote(key)].filter((part) => part !== '').join(' ');
		return `| ${names} | ${value} | ${text.replaceAll('|', '\\|')} |`;
	});
	return [
		`### \`${heading}\``,
		'',
		`${title}.`,
		'',
		'| Key | Default | Meaning |',
		'|---|---|---|',
		...rows,
		'',
	].join('\n');
}

const begin = '<!-- keys: generated from the schema -->';
const end = '<!-- keys: end -->';

/** @returns the page with the part between its marks replaced by the tables of today */
export function withReference(page: string): string {
	const start = page.indexOf(begin);
	const stop = page.indexOf(end);
	if (start === -1 || stop < start) throw new Error('docs/configuration.md has lost its marks');
	return `${page.slice(0, start + begin.length)}\n\n${configReference()}\n${page.slice(stop)}`;
}
