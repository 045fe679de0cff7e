import { expect, test } from 'vitest';
import { personsTool } from '../../../source/tui/adapter/editor.ts';

test('$VISUAL comes before $EDITOR; its words are arguments, and no shell reads them', () => {
	const env = { VISUAL: "/bin/sh -c 'a; b' $HOME", EDITOR: 'false' };
	expect(personsTool(env, ['VISUAL', 'EDITOR'], [])).toEqual({
		file: '/bin/sh',
		args: ['-c', 'a; b', '$HOME'],
	});
	expect(personsTool({ VISUAL: ' ', EDITOR: 'sh' }, ['VISUAL', 'EDITOR'], []).file).toMatch(/\/bin\/sh$/);
});

test('without one the first of the usual that is there; none is said with what to do', () => {
	expect(personsTool({}, ['PAGER'], ['no-such-pager', 'sh']).file).toMatch(/\/bin\/sh$/);
	expect(() => personsTool({ PAGER: 'no-such-pager -x' }, ['PAGER'], ['sh'])).toThrow('no-such-pager');
	expect(() => personsTool({}, ['PAGER'], ['no-such-pager'])).toThrow('none of no-such-pager is installed');
});
