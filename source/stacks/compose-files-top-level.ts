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
 * Reads `name:` and `include:`. Parses YAML only where a cheap look does not answer the question, since a host may have
 * a thousand stacks and a parse takes a millisecond.
 */
export async function readTopLevel(text: string): Promise<ComposeTopLevel> {
	const seen = look(text);
	if (seen !== undefined) return seen;
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
 * one of the rarer ways ({...}, quoted or complex keys, merges, several documents): only a parser can tell then.
 *
 * @returns undefined when it takes a parser
 */
function look(text: string): ComposeTopLevel | undefined {
	const lines = text.split('\n');
	const content = lines.findIndex((line) => /^[^\S\n]*[^\s#%]/.test(line) && !/^---\s*(?:#.*)?$/.test(line));
	const first = lines[content];
	if (first === undefined) return nothing;
	const indent = first.slice(0, first.length - first.trimStart().length);
	const candidates = lines.slice(content).filter((line) => mayMatter(line, indent));
	const [only] = candidates;
	if (only === undefined) return nothing;
	const name = candidates.length === 1 ? plainName(only.slice(indent.length)) : undefined;
	if (name === undefined || !isClosed(text.slice(0, text.indexOf(`\n${only}`)))) return undefined;
	return { name, include: [] };
}

function mayMatter(line: string, indent: string): boolean {
	if (/^(?:---|\.\.\.)/.test(line)) return true;
	return line.startsWith(indent) && /^(?:(?:name|include)\b|["'?{[&!*]|<<)/.test(line.slice(indent.length));
}

/** A name that reads the same in every dialect of YAML; not `true`, `null` and the like. */
function plainName(line: string): string | undefined {
	const match =
		/^name:[ \t]+(?:([a-z$_][\w.${}:+?-]*)|"([\w.${}:+?-]+)"|'([\w.${}:+?-]+)')[ \t]*(?:[ \t]#.*)?\r?$/i.exec(
			line,
		);
	const plain = match?.[1];
	if (plain !== undefined && (/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(plain) || plain.endsWith(':')))
		return undefined;
	return plain ?? match?.[2] ?? match?.[3];
}

/** Whether no quote or bracket is left open, so that the next line begins something new. */
function isClosed(text: string): boolean {
	const count = (characters: RegExp): number => text.match(characters)?.length ?? 0;
	return count(/"/g) % 2 === 0 && count(/'/g) % 2 === 0 && count(/[[{]/g) === count(/[\]}]/g);
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
