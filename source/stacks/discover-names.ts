import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/**
 * Gives every stack the short name by which its snapshots are tagged. Children of the stacks directory keep their
 * base name; an external is `<base>-external`, and where that is taken, by one listed earlier, a few digits of the
 * hash of its path are added: they do not change when other entries come and go.
 *
 * @param keys unique dirlist keys, in the order of the file
 */
export function stackNames(keys: readonly string[]): ReadonlyMap<string, string> {
	const names = new Map(keys.filter((key) => !key.startsWith('/')).map((key) => [key, key]));
	const taken = new Set(names.values());
	for (const key of keys) {
		if (!key.startsWith('/')) continue;
		const plain = `${basename(key)}-external`;
		const name = taken.has(plain)
			? `${plain}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`
			: plain;
		taken.add(name);
		names.set(key, name);
	}
	return names;
}
