import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveEnvironment } from '../../source/config/environment.ts';
import { configJsonSchema } from '../../source/config/json-schema.ts';
import { withReference } from '../../source/config/reference.ts';
import type { Key } from '../../source/config/schema/key.ts';
import { keyNames, namedSections, sections } from '../../source/config/schema.ts';
import { configTemplate } from '../../source/config/template.ts';
import { errorsOf, examine } from './examine.ts';

const root = new URL('../../', import.meta.url);
const all = { ...sections, stack: namedSections.stack };

test('config.example.ini and docs/configuration.md are those of the schema (npm run generate)', () => {
	expect(readFileSync(new URL('config.example.ini', root), 'utf8')).toBe(configTemplate());
	const page = readFileSync(new URL('docs/configuration.md', root), 'utf8');
	expect(withReference(page)).toBe(page);
});

test('the template is valid as it stands, and documents every key with its default', () => {
	const template = configTemplate();
	expect(examine(template).problems).toEqual([]);
	for (const [section, keys] of Object.entries(all)) {
		for (const [name, key] of Object.entries<Key>(keys)) {
			const shown = key.default === '' ? key.example : key.default;
			expect(template.split('\n'), `${section}.${name}`).toContain(
				`${key.required || (key.suggested && section !== 'stack') ? '' : '#'}${name}=${shown}`,
			);
		}
	}
});

test('every line of the template that is commented out can be taken in', () => {
	// All at once is too much: three sources of a password, a remote and a command.
	const lines = configTemplate().split('\n');
	for (const [index, line] of lines.entries()) {
		if (!/^#[A-Z_]+=/.test(line) || index > lines.indexOf('#[stack:NAME]')) continue;
		const opened = lines.with(index, line.slice(1)).join('\n');
		expect(errorsOf(examine(opened)), line).toEqual([]);
	}
	const stack = lines.slice(lines.indexOf('#[stack:NAME]')).map((line) => line.replace(/^#(?=[[A-Z])/, ''));
	expect(errorsOf(examine([...lines, ...stack].join('\n')))).toEqual([]);
});

test('every key can be set by BACKUP_TUI_<KEY>, since no name stands in two sections', () => {
	for (const keys of Object.values(sections)) {
		for (const name of Object.keys(keys)) {
			const { assignments, problems } = resolveEnvironment({ [`BACKUP_TUI_${name}`]: 'x' });
			expect({ name, problems, keys: assignments.map(({ key }) => key) }).toEqual({
				name,
				problems: [],
				keys: [name],
			});
		}
	}
});

test('no name is used twice within a section', () => {
	for (const keys of Object.values(all)) {
		const names = keyNames(keys);
		expect(new Set(names).size).toBe(names.length);
	}
});

test('the JSON Schema has every section and key, and requires what must be set', () => {
	const schema = JSON.parse(JSON.stringify(configJsonSchema()));
	expect(Object.keys(schema.properties)).toEqual(Object.keys(sections));
	expect(schema.required).toEqual(['docker', 'local_backup']);
	expect(schema.properties.local_backup.properties.RESTIC_PASSWORD).toMatchObject({ writeOnly: true });
	expect(schema.properties.docker.properties.METHOD).toMatchObject({
		enum: ['down', 'stop', 'pause', 'none'],
	});
	expect(Object.keys(schema.patternProperties)).toEqual(['^cloud_sync:.+$', '^stack:.+$']);
});
