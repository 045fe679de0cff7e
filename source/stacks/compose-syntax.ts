import { readPlainYaml } from './plain-yaml.ts';

/**
 * Compose refuses any other key at the top level.
 *
 * @see https://docs.docker.com/reference/compose-file/
 */
const topLevel: readonly string[] = [
	'version',
	'name',
	'services',
	'networks',
	'volumes',
	'configs',
	'secrets',
	'include',
	'models',
];

/** What was found in files that have not changed since, by path: the UI looks every few seconds. */
const known = new Map<string, { readonly text: string; readonly problem: string | undefined }>();

/**
 * A cheap look at a compose file: is it YAML, and are its services what they must be. Only Compose itself can tell the rest.
 *
 * @param path to remember the answer by
 * @returns why Compose cannot read the file, in one line
 */
export async function composeSyntaxProblem(path: string, text: string): Promise<string | undefined> {
	const before = known.get(path);
	if (before?.text === text) return before.problem;
	let problem: string | undefined;
	const isPlain = readPlainYaml(text, (at, key, hasValue) => {
		if (at === '') problem ??= topLevelProblem(key, hasValue);
		else if (at === 'services' && hasValue) problem ??= `services.${key} is not a mapping`;
	});
	if (!isPlain) problem = await parsedProblem(text);
	known.set(path, { text, problem });
	return problem;
}

function topLevelProblem(key: string, hasPlainValue: boolean): string | undefined {
	if (!topLevel.includes(key) && !key.startsWith('x-')) return `the key ${key} is not known at the top level`;
	return key === 'services' && hasPlainValue ? 'services is not a mapping' : undefined;
}

async function parsedProblem(text: string): Promise<string | undefined> {
	const { parseAllDocuments } = await import('./yaml-documents.ts');
	try {
		const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
		const list = Array.isArray(documents) ? documents : [];
		const error = list.flatMap((document) => document.errors)[0];
		if (error !== undefined) return oneLine(error.message);
		for (const document of list) {
			const found = contentProblem(document.toJS({ maxAliasCount: 100 }));
			if (found !== undefined) return found;
		}
		return undefined;
	} catch (error) {
		return oneLine(error instanceof Error ? error.message : String(error));
	}
}

function contentProblem(content: unknown): string | undefined {
	if (content === null || content === undefined) return undefined;
	if (!isMapping(content)) return 'it is not a mapping';
	for (const key of Object.keys(content)) {
		const problem = topLevelProblem(key, false);
		if (problem !== undefined) return problem;
	}
	const { services, name } = content;
	if (name !== undefined && name !== null && typeof name !== 'string') return 'name: is not a string';
	if (services === undefined || services === null) return undefined;
	if (!isMapping(services)) return 'services is not a mapping';
	const bad = Object.entries(services).find(([, service]) => service !== null && !isMapping(service));
	return bad === undefined ? undefined : `services.${bad[0]} is not a mapping`;
}

function isMapping(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(message: string): string {
	return (message.split('\n', 1)[0] ?? '').replace(/:$/, '').slice(0, 200);
}
