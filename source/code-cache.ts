import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Lets Node keep the compiled form of what is loaded from here on: compiling Ink and React is a third of the UI's start. Never in
 * a directory that somebody else could have put code into; without one it is merely slower.
 *
 * @param cacheDir of the configuration
 * @see https://nodejs.org/api/module.html#moduleenablecompilecacheoptions
 */
export function keepCompiledCode(cacheDir: string, version: string): void {
	const directory = join(cacheDir, 'code');
	try {
		mkdirSync(join(directory, version), { recursive: true, mode: 0o700 });
		for (const path of [directory, join(directory, version)]) {
			const { uid, mode } = statSync(path);
			if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) return;
		}
		enableCompileCache(join(directory, version));
		for (const name of readdirSync(directory))
			if (name !== version) rmSync(join(directory, name), { recursive: true, force: true });
	} catch {
		// A cache that cannot be written.
	}
}
