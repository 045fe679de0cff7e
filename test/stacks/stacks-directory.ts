import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export const composeText = 'services:\n  a:\n    image: busybox:local\n';

/** A directory of its own for one test, gone after it. */
export function temporaryDirectory(): string {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-stacks-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}

/**
 * @param files by their path below the new directory
 * @returns the directory
 */
export function stacksDirectory(files: Readonly<Record<string, string>>): string {
	const directory = temporaryDirectory();
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(directory, path)), { recursive: true });
		writeFileSync(join(directory, path), text);
	}
	return directory;
}

/** Root may read everything: the test process gives that up for a moment. */
export async function asNobody<T>(run: () => Promise<T>): Promise<T> {
	const isRoot = process.getuid?.() === 0;
	if (isRoot) process.seteuid?.(65_534);
	try {
		return await run();
	} finally {
		if (isRoot) process.seteuid?.(0);
	}
}
