/** A mapping or list that is open at a line. */
interface Level {
	readonly indent: number;
	readonly kind: 'map' | 'list';
	readonly keys: Set<string>;
	/** Where it hangs: keys from the top, joined with a dot; empty for the top. */
	readonly path: string;
}

const comment = '(?:[ ]+#.*)?';
const doubleQuoted = String.raw`"(?:[^"\\]|\\["\\nrt/0])*"`;
const singleQuoted = "'(?:[^']|'')*'";
/** Plain text whose end and meaning are the same in every dialect of YAML. */
const plain = String.raw`(?:[\w./$(~+^<=]|-(?=[^\s-]))(?:[^\s:#]|:(?=\S)|#|[ ]+(?=[^\s#:]))*`;
const flowItem = String.raw`(?:"(?:[^"\\]|\\["\\nrt/0])*"|'(?:[^']|'')*'|[\w./$+=-][^,[\]{}"'#:]*(?::[^\s,[\]{}"'#]+)*)`;
const flowList = String.raw`\[[ ]*(?:${flowItem}(?:[ ]*,[ ]*${flowItem})*)?[ ]*,?[ ]*\]`;
const value = new RegExp(
	String.raw`^(?:${doubleQuoted}|${singleQuoted}|${flowList}|\{[ ]*\}|${plain})${comment}[ ]*$`,
);
const key = /^(?:([\w./$-][\w./$@+-]*)|"([^"\\]*)"|'([^']*)')[ ]*:(?:[ ]+(.*)|)$/;
const blockScalar = /^[|>][+-]?(?:[ ]+#.*)?[ ]*$/;
const emptyValue = /^(?:#.*)?$/;

/** A longer line is left to the parser, in characters: none of the patterns is to be led astray by one. */
const longestLine = 4000;

/** A key of the file, below the keys of `path`. `hasValue`: it is no mapping and not empty, or a list on one line. */
export type OnKey = (path: string, key: string, hasValue: boolean) => void;

/**
 * Reads a file that uses nothing but the plain part of YAML, as nearly all compose files do, a hundred times faster than a
 * parser: nested mappings and lists, quoted and plain values on one line, block texts.
 *
 * @returns false when it takes a parser to tell whether the file is whole; true: it is
 */
export function readPlainYaml(text: string, onKey: OnKey): boolean {
	const levels: Level[] = [];
	/** The line before was a key or a dash without a value: something may be nested here. */
	let open: { readonly path: string; readonly indent: number; readonly isKey: boolean } | undefined = {
		path: '',
		indent: -1,
		isKey: false,
	};
	/** Indentation of the key whose block text is being skipped. */
	let block = -1;
	/** Indentation of that text, as its first line has it. */
	let blockText = -1;
	let started = false;
	for (const raw of text.split('\n')) {
		const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
		const indent = line.length - line.trimStart().length;
		let content = line.slice(indent).trimEnd();
		if (content === '') {
			if (block >= 0 && blockText < 0 && indent > 0) return false;
			continue;
		}
		if (line.length > longestLine) return false;
		if (line.slice(0, indent).trim() !== '' || line.lastIndexOf('\t', indent) >= 0) return false;
		if (block >= 0) {
			if (blockText < 0 && indent > block) blockText = indent;
			if (blockText >= 0 && indent >= blockText) continue;
			block = -1;
			blockText = -1;
		}
		if (content.startsWith('#')) continue;
		if (/^---[ ]*$/.test(line) && !started) continue;
		if (/[\t\u0000-\u0008\u000b-\u001f]/.test(content) || /^(?:---|\.\.\.)/.test(line)) return false;
		started = true;
		let at = indent;
		while (levels.length > 0 && (levels.at(-1) as Level).indent > at) levels.pop();
		while (content === '-' || content.startsWith('- ')) {
			const top = levels.at(-1);
			if (top?.kind !== 'list' || top.indent !== at) {
				if (open === undefined) return false;
				// Where Compose wants a mapping, the parser says what is wrong.
				if (levels.length <= 1 || (levels.length === 2 && open.path.startsWith('services.'))) return false;
				// A list may stand right below its key.
				if (at < open.indent || (at === open.indent && !open.isKey)) return false;
				levels.push({ indent: at, kind: 'list', keys: new Set(), path: open.path });
			}
			open = { path: `${levels.at(-1)?.path}[]`, indent: at, isKey: false };
			const rest = content.slice(1);
			const trimmed = rest.trimStart();
			at += 1 + rest.length - trimmed.length;
			content = trimmed;
			if (content === '') break;
		}
		if (content === '' || content.startsWith('#')) continue;
		const inList = at !== indent;
		const match = key.exec(content);
		if (match === null) {
			if (!inList || !value.test(content)) return false;
			open = undefined;
			continue;
		}
		const name = match[1] ?? match[2] ?? match[3] ?? '';
		const rest = match[4]?.trimStart() ?? '';
		let top = levels.at(-1);
		if (top?.kind === 'list' && top.indent === at) {
			levels.pop();
			top = levels.at(-1);
		}
		if (top?.kind !== 'map' || top.indent !== at) {
			if (open === undefined || at <= open.indent) return false;
			top = { indent: at, kind: 'map', keys: new Set(), path: open.path };
			levels.push(top);
		}
		if (top.keys.has(name) || name === '<<') return false;
		top.keys.add(name);
		const isBlock = blockScalar.test(rest);
		const isEmpty = emptyValue.test(rest);
		if (!isBlock && !isEmpty && !value.test(rest)) return false;
		onKey(top.path, name, !isEmpty && !rest.startsWith('{'));
		const path: string = top.path === '' ? name : `${top.path}.${name}`;
		open = isEmpty ? { path, indent: at, isKey: true } : undefined;
		if (isBlock) block = at;
	}
	return true;
}
