import { chmod, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './rig/index.ts';

/** The repository's data files, the largest first: that one holds file contents. */
export async function dataFiles(host: Host): Promise<string[]> {
	const root = join(host.repository, 'data');
	const found: { path: string; size: number }[] = [];
	for (const folder of await readdir(root)) {
		for (const name of await readdir(join(root, folder))) {
			const path = join(root, folder, name);
			found.push({ path, size: (await stat(path)).size });
		}
	}
	return found.toSorted((a, b) => b.size - a.size).map(({ path }) => path);
}

/** Inverts one byte of a file, as bad memory or a bad disk does: size and time may stay the same. */
export async function flipByte(path: string, at = 10): Promise<void> {
	await chmod(path, 0o600);
	const handle = await open(path, 'r+');
	try {
		const byte = Buffer.alloc(1);
		await handle.read(byte, 0, 1, at);
		byte[0] = ~(byte[0] ?? 0) & 0xff;
		await handle.write(byte, 0, 1, at);
	} finally {
		await handle.close();
	}
}
