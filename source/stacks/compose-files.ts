import { dirname, resolve } from 'node:path';

/** Default names, the first that exists is used. Source: compose-go `DefaultFileNames`, Compose 2.40.3. */
export const composeFileNames = [
	'compose.yaml',
	'compose.yml',
	'docker-compose.yml',
	'docker-compose.yaml',
] as const;

/** Override names, the first that exists is added. Source: compose-go `DefaultOverrideFileNames`. */
const overrideFileNames = [
	'compose.override.yml',
	'compose.override.yaml',
	'docker-compose.override.yml',
	'docker-compose.override.yaml',
] as const;

/** What COMPOSE_FILE or the default names select in a directory. */
export interface ComposeSelection {
	/** Absolute paths, in Compose's order; not looked up when they come from COMPOSE_FILE. */
	readonly files: readonly string[];
	/** Where Compose takes relative paths and its default project name from: the first file's directory. */
	readonly projectDirectory: string;
	readonly fromEnvironment: boolean;
	readonly notes: readonly string[];
}

/**
 * @param directory absolute
 * @param names of the files in it (links followed)
 * @param variable of the environment joined with the directory's `.env`
 * @returns undefined when the directory is no stack
 */
export function selectComposeFiles(
	directory: string,
	names: ReadonlySet<string>,
	variable: (name: string) => string | undefined,
): ComposeSelection | undefined {
	const listed = variable('COMPOSE_FILE');
	if (listed !== undefined) return fromVariable(directory, listed, variable('COMPOSE_PATH_SEPARATOR') || ':');
	const found = composeFileNames.filter((name) => names.has(name));
	const [first] = found;
	if (first === undefined) return undefined;
	const overrides = overrideFileNames.filter((name) => names.has(name));
	return {
		files: [first, ...overrides.slice(0, 1)].map((name) => resolve(directory, name)),
		projectDirectory: directory,
		fromEnvironment: false,
		notes: [found, overrides].filter((list) => list.length > 1).map(severalNote),
	};
}

function fromVariable(directory: string, listed: string, separator: string): ComposeSelection {
	const parts = listed.split(separator);
	const names = parts.filter((part) => part !== '' && part !== '-');
	const files = names.map((name) => resolve(directory, name));
	const isWhole = names.length === parts.length;
	return {
		files,
		projectDirectory: files[0] === undefined ? directory : dirname(files[0]),
		fromEnvironment: true,
		notes: isWhole ? [] : [`COMPOSE_FILE=${listed} in .env is not a list of files`],
	};
}

function severalNote(names: readonly string[]): string {
	return `several compose files: ${names[0]} is used, ${names.slice(1).join(', ')} not`;
}
