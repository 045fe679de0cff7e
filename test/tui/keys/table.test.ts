import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Binding } from '../../../source/tui/keys/binding.ts';
import { actionOf, bindingsIn } from '../../../source/tui/keys/lookup.ts';
import { withKeys } from '../../../source/tui/keys/reference.ts';
import { keyTable } from '../../../source/tui/keys/table.ts';

const bindings: readonly Binding[] = keyTable;

test('what touches containers, repository or remote is an uppercase key', () => {
	const changing = bindings.filter((binding) => binding.kind === 'change');
	expect(changing.length).toBeGreaterThan(5);
	for (const { keys } of changing) for (const key of keys) expect(key).toMatch(/^[A-Z]$/);
});

test('no key means two things in one place', () => {
	for (const context of new Set(bindings.flatMap((binding) => binding.contexts))) {
		const keys = bindings.filter((one) => one.contexts.includes(context)).flatMap((one) => one.keys);
		expect(new Set(keys).size, context).toBe(keys.length);
	}
});

test("a screen's own key comes before the one for all screens", () => {
	expect(actionOf('m', ['setup', 'global'])).toBe('import-config');
	expect(actionOf('m', ['home', 'list', 'global'])).toBe('menu');
	expect(bindingsIn(['setup', 'global']).map((one) => one.action)).not.toContain('menu');
});

test('the page with the keys is as the table is', () => {
	const page = readFileSync(new URL('../../../docs/ui.md', import.meta.url), 'utf8');
	expect(withKeys(page)).toBe(page);
});
