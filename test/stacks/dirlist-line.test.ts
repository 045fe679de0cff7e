import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDirlistEntry, parseDirlistLine, setEntryLine } from '../../source/stacks/dirlist-line.ts';

const entry = (text: string) => {
	const parsed = parseDirlistLine(text);
	return parsed.kind === 'entry' ? [parsed.key, parsed.enabled] : parsed;
};

describe('a line of the dirlist', () => {
	test.each([
		['web=true', 'web', true],
		['web=false', 'web', false],
		['  web \t= YES  ', 'web', true],
		['web=1', 'web', true],
		['web=On', 'web', true],
		['web=0', 'web', false],
		['web=no', 'web', false],
		['web=off', 'web', false],
		['my stack=true', 'my stack', true],
		['web=true # the shop = important', 'web', true],
		['web=true#x', 'web', true],
		['web = true # was=false', 'web', true],
		['-x=true', '-x', true],
		['+x=false', '+x', false],
		['a=b=true', 'a=b', true],
		['EXT:=true', 'EXT:', true],
		['c#=true', 'c#', true],
		['"#x"=true', '#x', true],
		['" lead"=false # why', ' lead', false],
		['"a\\"b\\\\c"=true', 'a"b\\c', true],
		['"half=true', '"half', true],
		['/srv/x=true', '/srv/x', true],
		['/srv//x/=on', '/srv/x', true],
		['web/=true', 'web', true],
		['日本=true', '日本', true],
	])('%s', (text, key, enabled) => {
		expect(entry(text)).toEqual([key, enabled]);
	});

	test.each([
		['+web', 'web', true],
		['-web', 'web', false],
		['+webapp        # Enabled: will be backed up', 'webapp', true],
		['-cache  # a=b', 'cache', false],
		['+c#', 'c#', true],
		['EXT:/home/user/data', '/home/user/data', true],
		['-EXT:/home/user/data', '/home/user/data', false],
	])('of the older program: %s', (text, key, enabled) => {
		expect(entry(text)).toEqual([key, enabled]);
	});

	test.each([
		['web', 'expected NAME=true'],
		['web=maybe', 'expected NAME=true'],
		['=true', 'no name'],
		['a/b=true', 'neither a direct child'],
		['../x=true', 'neither a direct child'],
		['..=true', 'hidden'],
		['.git=true', 'hidden'],
		['/=true', 'root directory'],
		['/srv/../etc=true', '. or ..'],
		['a\x1b[2J=true', 'control characters'],
	])('is refused with a reason: %j', (text, reason) => {
		expect(parseDirlistLine(text)).toEqual({ kind: 'unknown', reason: expect.stringContaining(reason) });
	});

	test.each([
		'$(touch pwned)',
		';id',
		'--option',
		'-x',
		'+x',
		'a,b',
		'#x',
		' leading',
		'trailing ',
		'a=b',
		'a=true #b',
		'"',
		'""',
		'"a"',
		'\\',
		'x # y',
		'=',
		'%s',
		"it's",
		'EXT:/x'.slice(0, 4),
	])('a hostile name comes back as it was: %j', (key) => {
		for (const enabled of [true, false]) {
			expect(entry(formatDirlistEntry(key, enabled))).toEqual([key, enabled]);
		}
	});

	test('ordinary names are written bare', () => {
		expect(formatDirlistEntry('my.stack-1_a b', true)).toBe('my.stack-1_a b=true');
		expect(formatDirlistEntry('#x', false)).toBe('"#x"=false');
		expect(formatDirlistEntry(' x', false)).toBe('" x"=false');
	});

	test('any name a directory can have comes back as it was', () => {
		const name = fc
			.string({ unit: 'binary', minLength: 1 })
			.filter((text) => !/[\x00-\x1f\x7f/]|^\./.test(text) && text.isWellFormed());
		fc.assert(
			fc.property(name, fc.boolean(), fc.boolean(), (base, external, enabled) => {
				const key = external ? `/srv/${base}` : base;
				expect(entry(formatDirlistEntry(key, enabled))).toEqual([key, enabled]);
			}),
		);
	});

	test('an edit changes the value and nothing else', () => {
		const edited = (text: string, enabled: boolean) => {
			const parsed = parseDirlistLine(text);
			return parsed.kind === 'entry' ? setEntryLine(parsed, enabled) : undefined;
		};
		expect(edited('\tweb =  yes   # the shop', false)).toBe('\tweb =  false   # the shop');
		expect(edited('"#x" = off#c', true)).toBe('"#x" = true#c');
		expect(edited('true=true', false)).toBe('true=false');
		expect(edited('+web   # old', false)).toBe('web=false   # old');
		expect(edited('EXT:/srv/x', false)).toBe('/srv/x=false');
	});
});
