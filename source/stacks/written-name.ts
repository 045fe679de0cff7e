/** The project's name in a compose file. */
export interface WrittenName {
	/** `name:` as written, not filled in. Of several documents the last counts, as with Compose. */
	readonly name?: string;
	/** Why the file cannot be understood, in one line. */
	readonly broken?: string;
}

/**
 * Reads `name:`. Parses YAML only where a cheap look does not answer the question, since a host may have
 * a thousand stacks and a parse takes a millisecond.
 */
export async function readWrittenName(text: string): Promise<WrittenName> {
	const seen = look(text);
	if (seen !== undefined) return seen;
	const { parseAllDocuments } = await import('./yaml-documents.ts');
	try {
		const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
		const list = Array.isArray(documents) ? documents : [];
		const error = list.flatMap((document) => document.errors)[0];
		if (error !== undefined) return { broken: oneLine(error.message) };
		const names = list.map((document) => nameOf(document.toJS({ maxAliasCount: 100 })));
		return Object.assign({}, ...names);
	} catch (error) {
		return { broken: oneLine(error instanceof Error ? error.message : String(error)) };
	}
}

/**
 * A key of the top level stands at the indentation of the first line with content, unless the file is written in
 * one of the rarer ways ({...}, quoted or complex keys, merges, several documents): only a parser can tell then.
 *
 * @returns undefined when it takes a parser
 */
function look(text: string): WrittenName | undefined {
	const lines = text.split('\n');
	const content = lines.findIndex((line) => /^[^\S\n]*[^\s#%]/.test(line) && !/^---\s*(?:#.*)?$/.test(line));
	const first = lines[content];
	if (first === undefined) return {};
	const indent = first.slice(0, first.length - first.trimStart().length);
	const candidates = lines.slice(content).filter((line) => mayMatter(line, indent));
	const [only] = candidates;
	if (only === undefined) return {};
	const name = candidates.length === 1 ? plainName(only.slice(indent.length)) : undefined;
	if (name === undefined || !isClosed(text.slice(0, text.indexOf(`\n${only}`)))) return undefined;
	return { name };
}

function mayMatter(line: string, indent: string): boolean {
	if (/^(?:---|\.\.\.)/.test(line)) return true;
	return line.startsWith(indent) && /^(?:name\b|["'?{[&!*]|<<)/.test(line.slice(indent.length));
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

function nameOf(document: unknown): WrittenName {
	if (typeof document !== 'object' || document === null) return {};
	const { name } = document as Record<string, unknown>;
	if (name !== undefined && typeof name !== 'string') return { broken: 'name: is not a string' };
	return name === undefined || name === '' ? {} : { name };
}

function oneLine(message: string): string {
	return (message.split('\n', 1)[0] ?? '').replace(/:$/, '').slice(0, 200);
}
