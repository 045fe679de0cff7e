import type { Key, SectionKeys } from './schema/key.ts';
import { namedSections, sections } from './schema.ts';

/**
 * JSON Schema of the configuration, with values as the INI file holds them: text. Names of keys are
 * canonical; aliases are listed as deprecated.
 */
export function configJsonSchema(): unknown {
	const entries = Object.entries(sections).map(([name, keys]) => [name, sectionSchema(keys)]);
	const named = Object.entries(namedSections).map(([prefix, keys]) => [
		`^${prefix}:.+$`,
		sectionSchema(keys),
	]);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'backup-tui configuration',
		description: 'Sections and keys of config.ini. All values are text, as in the file.',
		type: 'object',
		properties: Object.fromEntries(entries),
		patternProperties: Object.fromEntries(named),
		required: Object.entries(sections)
			.filter(([, keys]) => requiredKeys(keys).length > 0)
			.map(([name]) => name),
		additionalProperties: false,
	};
}

function sectionSchema(keys: SectionKeys): unknown {
	const properties = Object.entries(keys).flatMap(([name, key]) => [
		[name, keySchema(key)] as const,
		...(key.aliases ?? []).map((alias) => [alias, { ...keySchema(key), deprecated: true }] as const),
	]);
	const required = requiredKeys(keys).map(([name, key]) => ({
		anyOf: [name, ...(key.aliases ?? [])].map((each) => ({ required: [each] })),
	}));
	return {
		type: 'object',
		properties: Object.fromEntries(properties),
		...(required.length === 0 ? {} : { allOf: required }),
		additionalProperties: false,
	};
}

function requiredKeys(keys: SectionKeys): readonly (readonly [string, Key])[] {
	return Object.entries(keys).filter(([, key]) => key.required === true);
}

function keySchema(key: Key): Record<string, unknown> {
	return {
		type: 'string',
		description: key.doc,
		...(key.default === '' ? {} : { default: key.default }),
		...(key.type === 'enum' ? { enum: key.values } : {}),
		...(key.type === 'boolean' ? { pattern: '^(?:[Tt]rue|[Ff]alse|[Yy]es|[Nn]o|[Oo]n|[Oo]ff|1|0)$' } : {}),
		...('unit' in key ? { 'x-unit': key.unit, 'x-minimum': key.min, 'x-maximum': key.max } : {}),
		...(key.secret === true ? { writeOnly: true } : {}),
	};
}
