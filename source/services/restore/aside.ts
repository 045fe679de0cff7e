import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { mountPoints } from '../../stacks/path-facts.ts';

/**
 * Where a tree is restored before it is moved to its place, the same at every try: beside it, or in it where it is a mount
 * point, over whose border nothing can be moved.
 */
export function asideOf(to: string): string {
	const hash = createHash('sha256').update(to).digest('hex').slice(0, 12);
	return join(mountPoints().includes(to) ? to : dirname(to), `.backup-tui-restore-${hash}`);
}
