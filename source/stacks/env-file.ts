import { type Lookup, substitute } from './env-file-substitute.ts';

/** A `.env` file that Compose refuses to read. The message never quotes the file: it holds secrets. */
class EnvFileError extends Error {
	override readonly name = 'EnvFileError';
}

/**
 * Reads a `.env` file as Compose does: `NAME=value` or `NAME: value`, `export`, single and double quotes (over
 * several lines too), ` #` comments, and variables filled in from `outer`, then from the lines before.
 *
 * Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/ and compose-go
 * `dotenv`, Compose 2.40.3.
 *
 * @param outer the environment Compose itself would run with; it outranks the file
 * @throws EnvFileError, SubstitutionError
 */
export function parseEnvFile(text: string, outer: Lookup): ReadonlyMap<string, string> {
	const values = new Map<string, string>();
	const lookup: Lookup = (name) => outer(name) ?? values.get(name);
	let rest = skipToStatement(text.replace(/^\uFEFF/, ''));
	while (rest !== '') {
		const statement = splitKey(rest);
		if (statement.key.includes(' ')) throw new EnvFileError('a space in a name');
		if (statement.inherited) {
			const value = outer(statement.key);
			if (value !== undefined) values.set(statement.key, value);
			rest = skipToStatement(statement.rest);
			continue;
		}
		const read = readValue(statement.rest, lookup);
		values.set(statement.key, read.value);
		rest = skipToStatement(read.rest);
	}
	return values;
}

function skipToStatement(text: string): string {
	return text.replace(/^(?:\s+|#[^\n]*(?:\n|$))+/, '');
}

interface KeyAndRest {
	readonly key: string;
	readonly rest: string;
	/** A name alone on its line: taken over from the environment. */
	readonly inherited: boolean;
}

function splitKey(text: string): KeyAndRest {
	const source = text.replace(/^export\s+/, '');
	const end = source.search(/[=:\n]/);
	const key = (end === -1 ? source : source.slice(0, end)).trimEnd();
	const wrong = /[^\p{L}\p{N}_.\-[\]\s]/u.exec(key);
	if (wrong !== null) throw new EnvFileError('a line that is not NAME=value');
	// Compose gives a last line without "=" no name at all.
	if (end === -1) return { key: '', rest: '', inherited: false };
	return { key, rest: source.slice(end + 1).replace(/^[^\S\n]+/, ''), inherited: source[end] === '\n' };
}

function readValue(text: string, lookup: Lookup): { readonly value: string; readonly rest: string } {
	const quote = text[0];
	if (quote !== '"' && quote !== "'") {
		const end = text.indexOf('\n');
		const line = end === -1 ? text : text.slice(0, end);
		const value = (line.split(' #', 1)[0] ?? '').trimEnd();
		return { value: substitute(value, lookup), rest: end === -1 ? '' : text.slice(end + 1) };
	}
	const closed = quote === '"' ? /^"((?:[^"\\]|\\.)*)"/s.exec(text) : /^'((?:[^'\\]|\\.)*)'/s.exec(text);
	if (closed === null) throw new EnvFileError('a quote that is not closed');
	const inner = (closed[1] ?? '').replaceAll(`\\${quote}`, quote);
	const value = quote === '"' ? substitute(expandEscapes(inner), lookup) : inner;
	return { value, rest: text.slice(closed[0].length) };
}

const escapes: Readonly<Record<string, string>> = {
	a: '\x07',
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
	v: '\v',
	'"': '"',
	'\\': '\\',
	// A dollar sign that is not to be filled in.
	$: '$$',
};

function expandEscapes(text: string): string {
	return text.replace(/\\(?:([abfnrtv$"\\])|0([0-7]{3}))/g, (_, letter: string | undefined, octal: string) =>
		letter === undefined ? String.fromCharCode(Number.parseInt(octal, 8)) : (escapes[letter] ?? ''),
	);
}
