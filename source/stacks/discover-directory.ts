import { basename, resolve } from 'node:path';
import { selectComposeFiles } from './compose-files.ts';
import { composeSyntaxProblem } from './compose-syntax.ts';
import type { DirectoryEntry, DiscoveryFiles } from './discover-files.ts';
import { parseEnvFile } from './env-file.ts';
import { type Lookup, substitute } from './env-file-substitute.ts';
import { normalizeProjectName } from './project-name.ts';
import { readWrittenName, type WrittenName } from './written-name.ts';

/** A directory as Compose sees it. */
export interface ComposeDirectory {
	readonly composeFiles: readonly string[];
	readonly projectDirectory: string;
	readonly project: string;
	/** `.env` files Compose reads here by itself; the first outranks. */
	readonly envFiles: readonly string[];
	readonly notes: readonly string[];
	/** Why Compose cannot read it, in one line: the first reason that was found. */
	readonly unreadable?: string;
}

/**
 * Looks into one directory.
 *
 * @param directory absolute, as listed: Compose takes the name of a link, not that of its target
 * @param environment what Compose would run with; it outranks `.env`
 * @returns undefined when it holds no Compose project
 * @throws the system's error when the directory cannot be listed
 */
export async function inspectDirectory(
	directory: string,
	environment: Lookup,
	files: DiscoveryFiles,
): Promise<ComposeDirectory | undefined> {
	const entries = await files.list(directory);
	const names = await existing(entries, files);
	const notes: string[] = [];
	const broken: string[] = [];
	const own = names.has('.env')
		? await readEnv(resolve(directory, '.env'), environment, files, broken)
		: undefined;
	const selection = selectComposeFiles(directory, names, (name) => environment(name) ?? own?.get(name));
	if (selection === undefined) return undefined;
	(selection.fromEnvironment ? broken : notes).push(...selection.notes);
	const composeFiles = selection.fromEnvironment
		? await readable(selection.files, files, broken)
		: selection.files;
	const { projectDirectory } = selection;
	const envFiles = own === undefined ? [] : [resolve(directory, '.env')];
	let project = own;
	if (projectDirectory !== directory) {
		const second = resolve(projectDirectory, '.env');
		const lookup: Lookup = (name) => environment(name) ?? own?.get(name);
		if ((await files.kind(second).catch(() => 'absent')) === 'file') {
			envFiles.push(second);
			project = new Map([...(await readEnv(second, lookup, files, broken)), ...(own ?? [])]);
		}
	}
	const variable: Lookup = (name) => environment(name) ?? project?.get(name);
	const written = await Promise.all(composeFiles.map((file) => readName(file, files, broken)));
	return {
		composeFiles,
		projectDirectory,
		envFiles,
		project: projectName(projectDirectory, variable, written, notes),
		notes,
		...(broken[0] === undefined ? {} : { unreadable: broken[0] }),
	};
}

/** COMPOSE_PROJECT_NAME, else the last `name:`, else the directory's name. */
function projectName(
	directory: string,
	variable: Lookup,
	written: readonly WrittenName[],
	notes: string[],
): string {
	const fromVariable = variable('COMPOSE_PROJECT_NAME');
	if (fromVariable !== undefined && fromVariable !== '') {
		const project = normalizeProjectName(fromVariable);
		if (project !== fromVariable) notes.push(`COMPOSE_PROJECT_NAME=${fromVariable} is no valid project name`);
		return project;
	}
	const last = written.findLast((one) => one.name !== undefined)?.name;
	let name = basename(directory);
	if (last !== undefined) {
		try {
			name = substitute(last, variable);
		} catch (error) {
			notes.push(`name: ${(error as Error).message}; the directory's name is used`);
		}
	}
	const project = normalizeProjectName(name);
	if (project === '')
		notes.push(`Compose finds no project name in "${name}": add a name: to the compose file`);
	return project;
}

/** Names of what is there: links are followed, so that one that leads nowhere is not taken for a file. */
async function existing(
	entries: readonly DirectoryEntry[],
	files: DiscoveryFiles,
): Promise<ReadonlySet<string>> {
	const names = new Set<string>();
	for (const entry of entries) {
		if (!/^(?:\.env|(?:docker-)?compose\.)/.test(entry.name)) continue;
		if (entry.kind === 'link' && (await files.kind(entry.path).catch(() => 'absent')) === 'absent') continue;
		if (entry.name === '.env' && entry.kind === 'directory') continue;
		names.add(entry.name);
	}
	return names;
}

async function readEnv(
	path: string,
	outer: Lookup,
	files: DiscoveryFiles,
	broken: string[],
): Promise<ReadonlyMap<string, string>> {
	try {
		return parseEnvFile(await files.readText(path), outer);
	} catch (error) {
		broken.push(`${basename(path)}: ${(error as Error).message}`);
		return new Map();
	}
}

async function readable(
	paths: readonly string[],
	files: DiscoveryFiles,
	broken: string[],
): Promise<readonly string[]> {
	const kinds = await Promise.all(paths.map((path) => files.kind(path).catch(() => 'absent')));
	const gone = paths.filter((_, index) => kinds[index] === 'absent');
	if (gone.length > 0) broken.push(`COMPOSE_FILE in .env names ${gone.join(', ')}, which is not there`);
	return paths.filter((_, index) => kinds[index] !== 'absent');
}

async function readName(path: string, files: DiscoveryFiles, broken: string[]): Promise<WrittenName> {
	try {
		const text = await files.readText(path);
		const written = await readWrittenName(text);
		const problem = (await composeSyntaxProblem(path, text)) ?? written.broken;
		if (problem !== undefined) broken.push(`${basename(path)}: ${problem}`);
		return written;
	} catch (error) {
		broken.push(`${basename(path)}: ${(error as Error).message}`);
	}
	return {};
}
