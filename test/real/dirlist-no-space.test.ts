import { execFileSync } from 'node:child_process';
import {
	closeSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyEdits } from '../../source/stacks/dirlist-edit.ts';
import { updateDirlist } from '../../source/stacks/dirlist-file.ts';

let disk = '';

beforeEach(() => {
	disk = mkdtempSync(join(tmpdir(), 'backup-tui-discovery-full-'));
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
});

afterEach(() => {
	execFileSync('umount', [disk]);
	rmSync(disk, { recursive: true });
});

test('a full disk: the error says so, the dirlist is as it was, and nothing is left behind', async () => {
	const path = join(disk, 'dirlist');
	const text = `# a long one\n${'x'.repeat(20_000)}\nweb=true\n`;
	writeFileSync(path, text);
	fill(join(disk, 'ballast'));
	const enable = updateDirlist(path, (document) =>
		applyEdits(document, [{ type: 'set', key: 'b', enabled: true }]),
	);
	await expect(enable).rejects.toMatchObject({
		code: 'no-space',
		hint: expect.stringContaining('Free some space'),
	});
	expect(readFileSync(path, 'utf8')).toBe(text);
	expect(readdirSync(disk).toSorted()).toEqual(['ballast', 'dirlist']);
	rmSync(join(disk, 'ballast'));
	await updateDirlist(path, (document) => applyEdits(document, [{ type: 'set', key: 'b', enabled: true }]));
	expect(readFileSync(path, 'utf8')).toBe(`${text}b=true\n`);
});

function fill(path: string): void {
	const file = openSync(path, 'w');
	try {
		for (;;) writeSync(file, Buffer.alloc(4096));
	} catch (error) {
		expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
	} finally {
		closeSync(file);
	}
}
