import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusedOptions } from '../../source/rclone/options.ts';
import { errorsOf, examine, minimal } from '../config/examine.ts';

const recipes = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
const blocks = [...recipes.matchAll(/```ini\n(.*?)```/gs)].map((match) => match[1] ?? '');

test.each(blocks)('a recipe is a valid configuration:\n%s', (block) => {
	const examined = examine(`${minimal}\n${block}`);
	expect(errorsOf(examined)).toEqual([]);
	const { config } = examined;
	expect(config.remotes.length).toBeGreaterThan(0);
	expect(config.remotes.flatMap((remote) => refusedOptions(remote.extraOptions))).toEqual([]);
});

test('the recipes name options that are allowed', () => {
	const named = [
		...(/`EXTRA_OPTIONS` takes.*?\((.*?)\.\.\.\)/s.exec(recipes)?.[1] ?? '').matchAll(/`(--[a-z0-9-]+)`/g),
	];
	expect(named.length).toBeGreaterThan(1);
	expect(refusedOptions(named.map((match) => match[1] ?? ''))).toEqual([]);
});
