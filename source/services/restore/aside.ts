import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file system of its own: what lies beside it cannot be moved into it. */
function isMountRoot(path: string): boolean {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	return (
		stats?.isDirectory() === true && lstatSync(dirname(path), { throwIfNoEntry: false })?.dev !== stats.dev
	);
}

/** Where a tree is restored before it is moved to its place: the same at every try, on the same file system. */
export function asideOf(to: string): string {
	const hash = createHash('sha256').update(to).digest('hex').slice(0, 12);
	return join(isMountRoot(to) ? to : dirname(to), `.backup-tui-restore-${hash}`);
}
