import { expect, test } from 'vitest';
import { alignColumns } from '../../source/commands/columns.ts';

test('columns line up as a terminal shows them, without spaces at the end', () => {
	expect(alignColumns([['on', '日本', 'x'], ['off', 'web', ''], ['', 'u\u0308', 'y'], ['']])).toEqual([
		'on   日本  x',
		'off  web',
		'     u\u0308     y',
		'',
	]);
});
