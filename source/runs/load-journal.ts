import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTrusted } from './files.ts';
import { type JournalEntry, parseEntry } from './journal.ts';

/**
 * The same as `read` of the journal, for the UI: a slow disk must not hold up keys. Files that cannot be read are left out.
 *
 * @returns the entries in the directory, oldest first; none where nothing was ever written
 */
export async function loadJournal<Inventory>(directory: string): Promise<readonly JournalEntry<Inventory>[]> {
	const names = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
	const texts = await Promise.all(
		names
			.filter((name) => name.endsWith('.json'))
			.map((name) => readTrusted(join(directory, name)).catch(() => '')),
	);
	return texts
		.flatMap((text) => parseEntry<Inventory>(text) ?? [])
		.sort((a, b) => a.writtenAt.localeCompare(b.writtenAt));
}

async function readTrusted(path: string): Promise<string> {
	return isTrusted(await lstat(path)) ? readFile(path, 'utf8') : '';
}
