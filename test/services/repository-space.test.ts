import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertSpace, readSpace } from '../../source/services/repository-space.ts';

test('room is told for a directory that is yet to be made', async () => {
	const [space] = await readSpace([{ what: 'repository', path: join(tmpdir(), 'a', 'b', 'c') }], 1);
	expect(space?.totalBytes).toBeGreaterThan(space?.freeBytes ?? 0);
	expect(space?.low).toBe(false);
	expect(() => assertSpace(space === undefined ? [] : [space], 1)).not.toThrow();
});

test('too little room ends the run before anything is stopped, and says where', async () => {
	const spaces = await readSpace([{ what: 'cache', path: tmpdir() }], 1e12);
	expect(() => assertSpace(spaces, 1e12)).toThrow(expect.objectContaining({ code: 'no-space' }));
	expect(() => assertSpace(spaces, 1e12)).toThrow(/cache/);
});
