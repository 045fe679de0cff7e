import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { dirlistEntries, dirlistProblems, parseDirlist } from '../../source/stacks/dirlist.ts';
import { applyEdits } from '../../source/stacks/dirlist-edit.ts';
import { updateDirlist } from '../../source/stacks/dirlist-file.ts';
import { temporaryDirectory } from './stacks-directory.ts';

const program = join(import.meta.dirname, 'programs/edit-dirlist.ts');

interface Editor {
	readonly child: ChildProcess;
	/** Keys it says it has written. */
	readonly said: string[];
	readonly exited: Promise<number | null>;
}

function startEditor(path: string, prefix: string, count: number): Editor {
	const child = spawn(process.execPath, [program, path, prefix, String(count)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const said: string[] = [];
	let rest = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		const lines = (rest + text).split('\n');
		rest = lines.pop() ?? '';
		said.push(...lines);
	});
	return { child, said, exited: new Promise((resolve) => child.on('close', resolve)) };
}

const keysOf = (path: string) => dirlistEntries(parseDirlist(readFileSync(path))).map((entry) => entry.key);

test('two programs editing a hundred times each lose nothing', { timeout: 60_000 }, async () => {
	const path = join(temporaryDirectory(), 'dirlist');
	writeFileSync(path, '# mine\nweb=true\n', { mode: 0o600 });
	const editors = [startEditor(path, 'a', 100), startEditor(path, 'b', 100)];
	expect(await Promise.all(editors.map((editor) => editor.exited))).toEqual([0, 0]);
	const expected = [
		'web',
		...['a', 'b'].flatMap((prefix) => Array.from({ length: 100 }, (_, n) => `${prefix}-${n}`)),
	];
	expect(keysOf(path).toSorted()).toEqual(expected.toSorted());
	expect(readFileSync(path, 'utf8').startsWith('# mine\nweb=true\n')).toBe(true);
	expect(readdirSync(join(path, '..'))).toEqual(['dirlist']);
});

test('a writer killed at any moment leaves a whole file, and nothing it said it had written is lost', {
	timeout: 120_000,
}, async () => {
	const path = join(temporaryDirectory(), 'dirlist');
	const header = '# mine, kept\r\nweb=true\r\n';
	writeFileSync(path, header, { mode: 0o600 });
	const said = new Set<string>(['web']);
	for (let round = 0; round < 25; round++) {
		// A lock left by a kill is stale after ten seconds; most rounds need not wait for that.
		removeLock(path);
		const editor = startEditor(path, `r${round}`, 1000);
		while (editor.said.length === 0) await sleep(2);
		await sleep(Math.random() * 25);
		editor.child.kill('SIGKILL');
		await editor.exited;
		for (const key of editor.said) said.add(key);
		const document = parseDirlist(readFileSync(path));
		expect(dirlistProblems(document)).toEqual([]);
		expect(readFileSync(path, 'utf8').startsWith(header)).toBe(true);
		const keys = new Set(keysOf(path));
		expect([...said].filter((key) => !keys.has(key))).toEqual([]);
		expect(statSync(path).mode & 0o777).toBe(0o600);
	}
	await updateDirlist(path, (document) =>
		applyEdits(document, [{ type: 'set', key: 'last', enabled: true }]),
	);
	expect(keysOf(path)).toContain('last');
	expect(readdirSync(join(path, '..'))).toEqual(['dirlist']);
});

function removeLock(path: string): void {
	rmSync(`${path}.lock`, { recursive: true, force: true });
}
