/** What discovery wants to know of a compose file. */
export interface ComposeTopLevel {
	/** `name:` as written, not filled in. Of several documents the last counts, as with Compose. */
	readonly name?: string;
	/** Paths under `include:` as written. */
	readonly include: readonly string[];
	/** Why the file cannot be understood, in one line. */
	readonly broken?: string;
}

const nothing: ComposeTopLevel = { include: [] };

/**
 * Reads `name:` and `include:`. Parses YAML only where a cheap look cannot rule them out, since a host may have a
 * thousand stacks and few files have either.
 */
export async function readTopLevel(text: string): Promise<ComposeTopLevel> {
	if (!mayHaveTopLevel(text)) return nothing;
	const { parseAllDocuments } = await import('yaml');
	try {
		const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
		const list = Array.isArray(documents) ? documents : [];
		const error = list.flatMap((document) => document.errors)[0];
		if (error !== undefined) return { ...nothing, broken: oneLine(error.message) };
		return list.map((document) => topLevel(document.toJS({ maxAliasCount: 100 }))).reduce(merge, nothing);
	} catch (error) {
		return { ...nothing, broken: oneLine(error instanceof Error ? error.message : String(error)) };
	}
}

/**
 * A key of the top level stands at the indentation of the first line with content, unless the file is written in
 * one of the rarer ways ({...}, quoted or complex keys, merges, several documents): then the answer is yes.
 */
function mayHaveTopLevel(text: string): boolean {
	const lines = text
		.split('\n')
		.filter((line) => /^[^\S\n]*[^\s#%]/.test(line) && !/^---\s*(?:#.*)?$/.test(line));
	const first = lines[0];
	if (first === undefined) return false;
	if (/^(?:---|\.\.\.)/m.test(text.slice(text.indexOf(first)))) return true;
	const indent = first.length - first.trimStart().length;
	return lines.some(
		(line) =>
			line.length - line.trimStart().length === indent &&
			/^(?:name\b|include\b|["'?{[&!*]|<<)/.test(line.trimStart()),
	);
}

function topLevel(value: unknown): ComposeTopLevel {
	if (typeof value !== 'object' || value === null) return nothing;
	const { name, include } = value as Record<string, unknown>;
	const paths = Array.isArray(include) ? include.flatMap(includePaths) : [];
	if (name !== undefined && typeof name !== 'string')
		return { include: paths, broken: 'name: is not a string' };
	return name === undefined || name === '' ? { include: paths } : { name, include: paths };
}

/** `- path`, `- path: file`, `- path: [file, override]`. */
function includePaths(item: unknown): readonly string[] {
	if (typeof item === 'string') return [item];
	const path =
		typeof item === 'object' && item !== null ? (item as { readonly path?: unknown }).path : undefined;
	return [path].flat().filter((one): one is string => typeof one === 'string');
}

function merge(before: ComposeTopLevel, next: ComposeTopLevel): ComposeTopLevel {
	return { ...before, ...next, include: [...before.include, ...next.include] };
}

function oneLine(message: string): string {
	return (message.split('\n', 1)[0] ?? '').replace(/:$/, '').slice(0, 200);
}
