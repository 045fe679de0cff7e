import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a directory with the hash of its content: two equal results mean that nothing was touched. */
export function fingerprint(directory: string): Readonly<Record<string, string>> {
	const entries = readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' });
	const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	return Object.fromEntries(
		files
			.sort()
			.map((file) => [
				file.slice(directory.length + 1),
				createHash('sha256').update(readFileSync(file)).digest('hex'),
			]),
	);
}

/** @returns absolute paths of a repository's files of one kind */
export function filesOf(repository: string, kind: 'data' | 'index' | 'snapshots' | 'keys'): string[] {
	const entries = readdirSync(join(repository, kind), {
		recursive: true,
		withFileTypes: true,
		encoding: 'utf8',
	});
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}
