import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { ProjectFiles } from './compose-command.ts';
import { discoveryFiles } from './discover-files.ts';
import { parseEnvFile } from './env-file.ts';
import { type Lookup, substitute } from './env-file-substitute.ts';

/** A file that a compose file pulls in, absolute. */
export interface PulledInFile {
	readonly kind: 'compose-file' | 'env-file';
	readonly path: string;
}

/** What a compose file refers to, paths as written. */
interface References {
	readonly includes: readonly { paths: readonly string[]; envFiles: readonly string[]; directory?: string }[];
	readonly extended: readonly string[];
}

const nothing: References = { includes: [], extended: [] };
const strings = (value: unknown): readonly string[] =>
	[value].flat().filter((one): one is string => typeof one === 'string');

/**
 * The files that `include:` and `extends:` pull into a project, and those they pull in: Compose merges them into one
 * configuration and does not tell their names. Their env files too. Remote ones (oci://, git, https) and those that are not
 * there are left out; a file that cannot be read is given all the same, for the copy to say so.
 *
 * Source: https://docs.docker.com/reference/compose-file/include/ and Compose 2.40.3.
 *
 * @param env what Compose itself runs with
 */
export async function pulledInFiles(
	project: ProjectFiles,
	env: Readonly<Record<string, string | undefined>>,
): Promise<readonly PulledInFile[]> {
	const found = new Map<string, PulledInFile>();
	const seen = new Set<string>();
	const visit = async (file: string, directory: string, outer: Lookup): Promise<void> => {
		if (seen.has(file)) return;
		seen.add(file);
		const { includes, extended } = await readReferences(file);
		for (const path of located(extended, directory, outer)) {
			found.set(path, { kind: 'compose-file', path });
			await visit(path, dirname(path), outer);
		}
		for (const include of includes) {
			const paths = located(include.paths, directory, outer);
			const [first] = paths;
			if (first === undefined) continue;
			const own = located(include.directory === undefined ? [] : [include.directory], directory, outer)[0];
			const below = own ?? dirname(first);
			const envFiles =
				include.envFiles.length > 0
					? located(include.envFiles, directory, outer)
					: [resolve(below, '.env')].filter((path) => existsSync(path));
			for (const path of envFiles) found.set(path, { kind: 'env-file', path });
			const inner = await withEnvFiles(envFiles, outer);
			for (const path of paths) {
				found.set(path, { kind: 'compose-file', path });
				await visit(path, below, inner);
			}
		}
	};
	const own = project.envFiles.length > 0 ? project.envFiles : [resolve(project.workingDir, '.env')];
	const lookup = await withEnvFiles(own, (name) => env[name]);
	const files = project.configFiles.filter((path) => isAbsolute(path));
	const [main] = files;
	if (main === undefined) return [];
	const directory = project.workingDir === '' ? dirname(main) : project.workingDir;
	for (const file of files) await visit(file, directory, lookup);
	return [...found.values()];
}

/** Filled in, absolute, local and there. */
function located(paths: readonly string[], directory: string, variable: Lookup): readonly string[] {
	return paths.flatMap((path) => {
		try {
			const filled = substitute(path, variable);
			if (filled === '' || /^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(filled)) return [];
			const absolute = resolve(directory, filled);
			return existsSync(absolute) ? [absolute] : [];
		} catch {
			return [];
		}
	});
}

async function withEnvFiles(paths: readonly string[], outer: Lookup): Promise<Lookup> {
	const values = new Map<string, string>();
	for (const path of paths) {
		try {
			for (const [name, value] of parseEnvFile(await discoveryFiles.readText(path), outer))
				values.set(name, value);
		} catch {
			// Compose itself fails on it, and says so where it is asked.
		}
	}
	return (name) => outer(name) ?? values.get(name);
}

async function readReferences(file: string): Promise<References> {
	try {
		const text = await discoveryFiles.readText(file);
		if (!/include|extends/.test(text)) return nothing;
		const { parseAllDocuments } = await import('./yaml-documents.ts');
		const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
		const list = (Array.isArray(documents) ? documents : []).map((one) => one.toJS({ maxAliasCount: 100 }));
		return { includes: list.flatMap(includesOf), extended: list.flatMap(extendedBy) };
	} catch {
		// What Compose cannot read either is told by `docker compose config`.
		return nothing;
	}
}

/** `- path`, `- path: file`, `- path: [file, override]`, with `env_file` and `project_directory`. */
function includesOf(document: unknown): References['includes'] {
	const { include } = (document ?? {}) as { readonly include?: unknown };
	if (!Array.isArray(include)) return [];
	return include.map((item: unknown) => {
		if (typeof item !== 'object' || item === null) return { paths: strings(item), envFiles: [] };
		const { path, env_file, project_directory } = item as Readonly<Record<string, unknown>>;
		const [directory] = strings(project_directory);
		return {
			paths: strings(path),
			envFiles: strings(env_file),
			...(directory === undefined ? {} : { directory }),
		};
	});
}

function extendedBy(document: unknown): readonly string[] {
	const { services } = (document ?? {}) as { readonly services?: unknown };
	if (typeof services !== 'object' || services === null) return [];
	return Object.values(services).flatMap((service: unknown) => {
		const extended = (service as { readonly extends?: { readonly file?: unknown } } | null)?.extends;
		return strings(extended?.file);
	});
}
