import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeDurably } from '../../source/runs/files.ts';

test('what a killed process left beside a file goes with the next write; what a living one writes stays', () => {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-files-'));
	onTestFinished(() => rmSync(directory, { recursive: true }));
	// No pid is that high (PID_MAX_LIMIT is 2^22).
	writeFileSync(join(directory, 'entry.json.4194999.tmp'), '{"cut');
	writeFileSync(join(directory, 'entry.json.1.tmp'), '{"cut');
	writeDurably(join(directory, 'entry.json'), '{}\n');
	expect(readdirSync(directory).toSorted()).toEqual(['entry.json', 'entry.json.1.tmp']);
	expect(readFileSync(join(directory, 'entry.json'), 'utf8')).toBe('{}\n');
});
