import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './session.ts';

/**
 * The id of a repository, without asking restic where its config file is one whose id is known: the id is written in that
 * file, and restic never changes it. Proves nothing about the password.
 *
 * @param ask what restic says
 */
export async function rememberedId(session: Session, ask: () => Promise<string>): Promise<string> {
	const { location, options } = session;
	const file = location.kind === 'local' ? memoryOf(location.path, options.cacheDir) : undefined;
	if (file === undefined) return await ask();
	try {
		const known = readFileSync(file, 'utf8');
		if (/^[0-9a-f]{64}$/.test(known)) return known;
	} catch {
		// Not asked before.
	}
	const id = await ask();
	if (options.withoutCache !== true) remember(file, id);
	return id;
}

/** @returns where the id is kept, named after the content of the config file; undefined when that cannot be read */
function memoryOf(repository: string, cacheDir: string): string | undefined {
	try {
		const content = readFileSync(join(repository, 'config'));
		return join(cacheDir, 'repository-id', createHash('sha256').update(content).digest('hex'));
	} catch {
		return undefined;
	}
}

function remember(file: string, id: string): void {
	try {
		mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
		writeFileSync(file, id, { mode: 0o600 });
	} catch {
		// It costs another half second next time.
	}
}
