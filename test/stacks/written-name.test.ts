import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readWrittenName } from '../../source/stacks/written-name.ts';

describe('the name of a compose file', () => {
	test.each([
		['name: shop\n', 'shop'],
		['# c\n\nname: "shop" # why\nservices: {}\n', 'shop'],
		["services: {}\nname: 'shop'\r\n", 'shop'],
		['name: ${STAGE:-test}-shop\n', '${STAGE:-test}-shop'],
		['%YAML 1.2\n---\nname: x\n', 'x'],
		['services:\n  a:\n    labels: ["it\'s\n      open"]\nname: x\n', 'x'],
		['x: [\n  a\n]\nname: x\n', 'x'],
		['name: >-\n  folded\n  twice\n', 'folded twice'],
		['x: &a {name: merged}\n<<: *a\n', 'merged'],
		['name: one\n---\nname: two\n', 'two'],
		['services:\n  name:\n    image: x\n', undefined],
		['services:\n  a:\n    name: x\n    container_name: y\n', undefined],
		['x: |\n  a\n  name: b\n', undefined],
		['names: [x]\nname-x: y\n', undefined],
		['', undefined],
	])('%j', async (text, name) => {
		expect((await readWrittenName(text)).name).toBe(name);
	});

	test.each([
		'name: true\n',
		'name: 12\n',
		'name:\n',
		'name: [a\n',
		'name: {a: b}\n',
		'name: a\nname: b\n',
		// Compose accepts this one; the parser does not. It is said, and the directory's name is used.
		'a: "two\n\nname: no"\nname: x\n',
		'x: *gone\nname: "\n',
	])('cannot be told: %j', async (text) => {
		expect((await readWrittenName(text)).broken).toBeDefined();
	});

	test('the cheap look never differs from the parser', async () => {
		const line = fc.constantFrom(
			...[
				'name: a',
				'name: "b"',
				"name: 'c'",
				'name: ${X}',
				'name: true',
				' name: d',
				'name:',
				'services:',
				'  a: 1',
			],
			...[
				'x: "',
				'y"',
				"x: '",
				"y'",
				'x: [',
				']',
				'x: {',
				'}',
				'# name: z',
				'---',
				'...',
				'include: [q]',
				'  name: e',
			],
			...[
				'x: |',
				'    name: f',
				'- name: g',
				'"name": h',
				'? name',
				': i',
				'x: a',
				'name: j # k',
				'name: l#m',
				'',
				'\t',
			],
		);
		await fc.assert(
			fc.asyncProperty(fc.array(line, { maxLength: 7 }), async (lines) => {
				const text = lines.join('\n');
				const found = await readWrittenName(text);
				const parsed = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
				const documents = Array.isArray(parsed) ? parsed : [];
				// A file without a name is not parsed at all: that it is broken elsewhere is for Compose to say.
				if (documents.some((document) => document.errors.length > 0)) return;
				const names = documents.map((document) => (document.toJS() as { name?: unknown } | null)?.name);
				if (found.broken === undefined) expect(found.name).toBe(names.findLast((name) => name !== undefined));
				else expect(names.some((name) => name !== undefined && typeof name !== 'string')).toBe(true);
			}),
			{ numRuns: 3000 },
		);
	});
});
