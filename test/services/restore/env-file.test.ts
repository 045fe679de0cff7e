import { expect, test } from 'vitest';
import { pickVariables } from '../../../source/services/restore/env-file.ts';

const text = [
	'# of the stack',
	'COMPOSE_PROJECT_NAME=live',
	'export TOKEN="a b"  # comment',
	"KEY='-----BEGIN-----",
	'COMPOSE_FILE=not-a-variable',
	"-----END-----'",
	'BASE=x',
	'URL=http://${BASE}/$TOKEN',
	'COLON: 5',
	'TOKEN2=1',
	'BASE=y',
].join('\n');

test('T23: only the variables that are needed, as they are written, with those they refer to', () => {
	expect(pickVariables(text, ['KEY'])).toEqual({
		text: "KEY='-----BEGIN-----\nCOMPOSE_FILE=not-a-variable\n-----END-----'\n",
		missing: [],
	});
	expect(pickVariables(text, ['URL', 'COLON']).text.split('\n')).toEqual([
		'export TOKEN="a b"  # comment',
		'BASE=y',
		'URL=http://${BASE}/$TOKEN',
		'COLON: 5',
		'',
	]);
	expect(pickVariables(text, ['COMPOSE_FILE', 'TOKEN']).missing).toEqual(['COMPOSE_FILE']);
	expect(pickVariables('', ['A'])).toEqual({ text: '', missing: ['A'] });
	expect(pickVariables('A="never closed\nB=1', ['A', 'B']).missing).toEqual([]);
	expect(pickVariables('A=$A', ['A']).text).toBe('A=$A\n');
});
