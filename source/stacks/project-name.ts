/**
 * The project name Compose makes of a directory's name or of the `name:` of a file: lower case, nothing but
 * a-z 0-9 _ -, no leading _ or -. Empty when nothing is left, which Compose refuses.
 *
 * Source: compose-go `NormalizeProjectName`; seen with Compose 2.40.3, see test/real/project-name.test.ts.
 */
export function normalizeProjectName(name: string): string {
	return name
		.toLowerCase()
		.replace(/[^a-z0-9_-]/g, '')
		.replace(/^[_-]+/, '');
}

/**
 * Compose 2.40.3 turns the directory into a URL to validate a file against its schema, and fails on these.
 *
 * @param path of the directory
 * @returns why Compose cannot load a file from there, or undefined
 */
export function composePathProblem(path: string): string | undefined {
	if (/[\x00-\x1f\x7f]/.test(path)) return 'control characters in the path: Compose rejects it';
	if (/%(?![0-9A-Fa-f]{2})/.test(path)) return 'a % in the path: Compose reads it as a broken URL escape';
	return undefined;
}
