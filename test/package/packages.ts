import { globSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../real/rig/index.ts';

/** The one file in out/ whose name matches. */
function made(pattern: string): string {
	const found = globSync(pattern, { cwd: join(projectRoot, 'out') });
	if (found.length !== 1) throw new Error(`out/ holds ${found.length} files like ${pattern}`);
	return join(projectRoot, 'out', found[0] as string);
}

/** What `npm run package` has made, by absolute path. */
export const packages = {
	executable: () => made('backup-tui-*-linux-{x64,arm64}'),
	deb: () => made('backup-tui_*.deb'),
	tarball: () => made('backup-tui-*.tgz'),
};
