/** @returns true when the path is the folder or lies in it; both absolute and normalised */
export function isInside(path: string, folder: string): boolean {
	return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
