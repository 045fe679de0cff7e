import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { composeFileNames } from '../../stacks/compose-files.ts';
import type { DirectoryEntry } from '../ports.ts';

/** Most directories shown; a person looks for one by its name. */
const most = 2000;
/** How many are looked into at once. */
const parallel = 16;

async function isStack(path: string): Promise<boolean> {
	const names = await readdir(path).catch((): string[] => []);
	return composeFileNames.some((name) => names.includes(name));
}

/** @returns the directories in `path`, the one above first; those that hold a compose file are marked */
export async function browseDirectory(path: string): Promise<readonly DirectoryEntry[]> {
	const found = await readdir(path, { withFileTypes: true });
	const names = found
		.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
		.map((entry) => entry.name)
		.sort((a, b) => a.localeCompare(b))
		.slice(0, most);
	const entries: DirectoryEntry[] = [];
	const queue = names.entries();
	const worker = async () => {
		for (const [index, name] of queue) {
			const at = join(path, name);
			entries[index] = { name, path: at, stack: await isStack(at) };
		}
	};
	await Promise.all(Array.from({ length: parallel }, worker));
	return path === '/' ? entries : [{ name: '..', path: dirname(path), stack: false }, ...entries];
}
