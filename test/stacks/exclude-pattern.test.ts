import { describe, expect, test } from 'vitest';
import { excludingPattern, literalPattern } from '../../source/stacks/exclude-pattern.ts';

describe('whether restic leaves out a path', () => {
	test.each([
		['/srv/app/cache', ['/srv/app/cache']],
		['/srv/app/cache/deep', ['/srv/app/cache']],
		['/srv/app/cache', ['cache']],
		['/srv/app/cache', ['app/cache']],
		['/srv/app/cache', ['/srv/*/cache']],
		['/srv/app/deep/cache', ['/srv/**/cache']],
		['/srv/app/cache', ['/srv/**/cache']],
		['/srv/app/cache1', ['cache[0-9]']],
		['/srv/app/a*b', ['/srv/app/a\\*b']],
	])('%s by %j', (path, patterns) => {
		expect(excludingPattern(path, patterns)).toBe(patterns[0]);
	});

	test.each([
		['/srv/app/cache', ['/srv/app/cach']],
		['/srv/app/cache', ['/app/cache']],
		['/srv/app/cache', ['*.tmp']],
		['/srv/app', ['/srv/app/cache']],
		['/srv/app/axb', ['/srv/app/a\\*b']],
		['/srv/app/cache', ['cache', '!cache']],
		['/srv/app', ['']],
	])('%s not by %j', (path, patterns) => {
		expect(excludingPattern(path, patterns)).toBeUndefined();
	});

	test('a literal pattern means only its path', () => {
		const odd = '/srv/[x]*?\\';
		expect(excludingPattern(odd, [literalPattern(odd)])).toBeDefined();
		expect(excludingPattern('/srv/x', [literalPattern(odd)])).toBeUndefined();
	});
});
