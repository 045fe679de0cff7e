function escaped(char: string): string {
	return char.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}

/** One component of a pattern: `*`, `?` and `[...]` as Go's filepath.Match has them. */
function componentPattern(component: string): RegExp {
	let source = '';
	for (let index = 0; index < component.length; index += 1) {
		const char = component[index] as string;
		const end = char === '[' ? component.indexOf(']', index + 2) : -1;
		if (char === '*') source += '[^/]*';
		else if (char === '?') source += '[^/]';
		else if (char === '\\' && index + 1 < component.length) {
			index += 1;
			source += escaped(component[index] as string);
		} else if (end > 0) {
			source += `[${component.slice(index + 1, end).replace(/\\(?!.)/g, '\\\\')}]`;
			index = end;
		} else source += escaped(char);
	}
	return new RegExp(`^${source}$`, 'u');
}

function matchesFrom(pattern: readonly string[], path: readonly string[]): boolean {
	const [first, ...rest] = pattern;
	if (first === undefined) return true;
	if (first === '**') {
		return path.some((_, index) => matchesFrom(rest, path.slice(index))) || matchesFrom(rest, []);
	}
	const [head, ...tail] = path;
	return head !== undefined && componentPattern(first).test(head) && matchesFrom(rest, tail);
}

/**
 * Whether restic would leave out a path, or a folder above it, because of these patterns. The last match wins; `!` takes
 * back.
 *
 * @see https://restic.readthedocs.io/en/stable/040_backup.html#excluding-files
 * @returns the pattern that decides, or undefined
 */
export function excludingPattern(path: string, patterns: readonly string[]): string | undefined {
	const parts = path.split('/').filter((part) => part !== '');
	let decided: string | undefined;
	for (const pattern of patterns) {
		const negated = pattern.startsWith('!');
		const bare = negated ? pattern.slice(1) : pattern;
		const components = bare.split('/').filter((part) => part !== '');
		if (components.length === 0) continue;
		const starts = bare.startsWith('/') ? [0] : parts.map((_, index) => index);
		if (!starts.some((start) => matchesFrom(components, parts.slice(start)))) continue;
		decided = negated ? undefined : pattern;
	}
	return decided;
}

/** A path as a restic pattern that means only it. */
export function literalPattern(path: string): string {
	return path.replace(/[*?[\]\\]/g, '\\$&');
}
