import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ballastName } from '../../source/restic/presence.ts';
import { ensureBallast, freeBallast } from '../../source/services/ballast.ts';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'ballast-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('takes real room, once, and gives it back', async () => {
	expect(await ensureBallast(directory, 2)).toBe(true);
	const path = join(directory, ballastName);
	const { ino, blocks } = statSync(path);
	expect(blocks * 512).toBeGreaterThanOrEqual(2 * 1024 * 1024);
	expect(await ensureBallast(directory, 2)).toBe(true);
	expect(statSync(path).ino).toBe(ino);
	expect(await freeBallast(directory)).toBe(2 * 1024 * 1024);
	expect(await freeBallast(directory)).toBe(0);
});

test('none is wanted, or the directory is not there: nothing is made', async () => {
	expect(await ensureBallast(directory, 0)).toBe(false);
	expect(await ensureBallast(join(directory, 'missing'), 1)).toBe(false);
	expect(() => statSync(join(directory, ballastName))).toThrow();
});

test('a link in its place is not followed', async () => {
	const victim = join(directory, 'victim');
	writeFileSync(victim, 'precious');
	symlinkSync(victim, join(directory, ballastName));
	await ensureBallast(directory, 1);
	await freeBallast(directory);
	expect(statSync(victim).size).toBe(8);
});
