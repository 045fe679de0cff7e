import { isAbsolute, join, normalize } from 'node:path';

/** What relative paths stand on. */
export interface PathBase {
	/** Directory of the configuration file, absolute. */
	readonly directory: string;
	/** For `~/`, absolute. */
	readonly home: string;
}

/** @returns the path made absolute; empty stays empty (not set) */
export function resolvePath(
	text: string,
	base: PathBase,
): { readonly value: string } | { readonly problem: string } {
	if (text === '') return { value: '' };
	if (text.includes('\0')) return { problem: 'a path cannot contain a zero byte' };
	if (text === '~' || text.startsWith('~/')) return { value: trimSlash(join(base.home, text.slice(1))) };
	if (text.startsWith('~')) return { problem: `only ~/ is understood, not ${text}; write the path in full` };
	if (/^\$/.test(text)) return { problem: `variables are not expanded: ${text}` };
	return { value: trimSlash(isAbsolute(text) ? normalize(text) : join(base.directory, text)) };
}

function trimSlash(path: string): string {
	return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
