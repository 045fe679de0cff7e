/** A file of a listing: path relative to the listed place, with `/`, and its size in bytes. */
export interface ListedFile {
	readonly path: string;
	readonly size: number;
}

/** Format for `lsf --format`: the size first, because a path may hold the separator. */
export const listFormat = 'sp';

/**
 * Reads one line of `lsf --format sp`.
 *
 * @returns undefined for a line that is not an entry
 */
export function parseListLine(line: string): ListedFile | undefined {
	const separator = line.indexOf(';');
	if (separator < 1) return undefined;
	const size = Number(line.slice(0, separator));
	const path = line.slice(separator + 1);
	if (!Number.isInteger(size) || path === '') return undefined;
	return { path, size };
}
