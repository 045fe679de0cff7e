import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

/** Where a tree is restored before it is moved to its place: the same at every try, on the same file system. */
export function asideOf(to: string): string {
	const hash = createHash('sha256').update(to).digest('hex').slice(0, 12);
	return join(dirname(to), `.backup-tui-restore-${hash}`);
}
