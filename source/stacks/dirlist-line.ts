/** Words for on and off, the same as in the config file. Any letter case. */
const words: ReadonlyMap<string, boolean> = new Map([
	['true', true],
	['yes', true],
	['1', true],
	['on', true],
	['false', false],
	['no', false],
	['0', false],
	['off', false],
]);

/** An entry as it stands in a line, with the text around the value so that an edit changes nothing else. */
export interface EntryLine {
	readonly kind: 'entry';
	/** Directory name, or the normalised absolute path of an external. */
	readonly key: string;
	readonly enabled: boolean;
	/** `equals`: NAME=true. `legacy`: +NAME, -NAME or EXT:/path, rewritten as `equals` when it changes. */
	readonly form: 'equals' | 'legacy';
	/** Everything before the value. */
	readonly before: string;
	/** Everything after the value: spaces and a comment. */
	readonly after: string;
}

export type ParsedLine =
	| EntryLine
	| { readonly kind: 'blank' | 'comment' }
	| { readonly kind: 'unknown'; readonly reason: string };

/**
 * @param name as written, unquoted
 * @returns the key, or why the name cannot be one
 */
export function dirlistKey(name: string): { readonly key: string } | { readonly reason: string } {
	if (/[\x00-\x1f\x7f]/.test(name)) return { reason: 'control characters in a name' };
	if (name.startsWith('/')) {
		const parts = name.split('/').filter((part) => part !== '');
		if (parts.length === 0) return { reason: 'the root directory is not a stack' };
		if (parts.includes('.') || parts.includes('..')) return { reason: 'a path with . or .. in it' };
		return { key: `/${parts.join('/')}` };
	}
	const key = name.replace(/\/+$/, '');
	if (key === '') return { reason: 'no name' };
	if (key.includes('/'))
		return { reason: 'neither a direct child of the stacks directory nor an absolute path' };
	if (key.startsWith('.')) return { reason: 'hidden directories are not stacks' };
	return { key };
}

/**
 * Reads one line. The last `=` splits; a `#` begins a comment as soon as what stands before it is a whole entry.
 *
 * @param text without line end and byte order mark
 */
export function parseDirlistLine(text: string): ParsedLine {
	const trimmed = trim(text);
	if (trimmed === '') return { kind: 'blank' };
	if (trimmed.startsWith('#')) return { kind: 'comment' };
	const quoted = parseQuoted(text);
	if (quoted !== undefined) return quoted;
	let refused: ParsedLine | undefined;
	for (let hash = text.indexOf('#'); ; hash = text.indexOf('#', hash + 1)) {
		const end = hash === -1 ? text.length : hash;
		const parsed = parsePlain(text.slice(0, end), text.slice(end));
		if (parsed?.kind === 'entry') return parsed;
		refused ??= parsed;
		if (hash === -1) return refused ?? { kind: 'unknown', reason: 'expected NAME=true or NAME=false' };
	}
}

/** @returns a line that reads back as exactly this entry; the name is quoted where it would be misread bare */
export function formatDirlistEntry(key: string, enabled: boolean): string {
	const isPlain = [true, false].every((value) => {
		const parsed = parseDirlistLine(`${key}=${value}`);
		return parsed.kind === 'entry' && parsed.key === key && parsed.enabled === value && parsed.after === '';
	});
	if (isPlain) return `${key}=${enabled}`;
	return `"${key.replace(/["\\]/g, '\\$&')}"=${enabled}`;
}

/** @returns the same line with the other value; spacing and comment stay */
export function setEntryLine(line: EntryLine, enabled: boolean): string {
	if (line.form === 'legacy') return formatDirlistEntry(line.key, enabled) + line.after;
	return `${line.before}${enabled}${line.after}`;
}

function parseQuoted(text: string): ParsedLine | undefined {
	const match = /^([ \t]*"((?:[^"\\]|\\.)*)"[ \t]*=[ \t]*)([A-Za-z0-9]+)([ \t]*(?:#.*)?)$/s.exec(text);
	const enabled = words.get(match?.[3]?.toLowerCase() ?? '');
	if (match === null || enabled === undefined) return undefined;
	const name = dirlistKey((match[2] ?? '').replace(/\\(.)/gs, '$1'));
	if ('reason' in name) return { kind: 'unknown', reason: name.reason };
	return {
		kind: 'entry',
		key: name.key,
		enabled,
		form: 'equals',
		before: match[1] ?? '',
		after: match[4] ?? '',
	};
}

function parsePlain(text: string, comment: string): ParsedLine | undefined {
	const split = text.lastIndexOf('=');
	if (split === -1) return parseLegacy(text, comment);
	const tail = text.slice(split + 1);
	const value = trim(tail);
	const enabled = words.get(value.toLowerCase());
	if (enabled === undefined) return undefined;
	const name = dirlistKey(trim(text.slice(0, split)));
	if ('reason' in name) return { kind: 'unknown', reason: name.reason };
	const start = split + 1 + tail.indexOf(value);
	const after = text.slice(start + value.length) + comment;
	return { kind: 'entry', key: name.key, enabled, form: 'equals', before: text.slice(0, start), after };
}

/** The documented forms of the older program. `EXT:/path` alone listed what was to be backed up: on. */
function parseLegacy(text: string, comment: string): ParsedLine | undefined {
	if (comment !== '' && !/[ \t]$/.test(text)) return undefined;
	const match = /^[ \t]*(?:([+-])(?:EXT:(?=\/))?|EXT:(?=\/))(.*?)([ \t]*)$/s.exec(text);
	if (match === null) return undefined;
	const name = dirlistKey(trim(match[2] ?? ''));
	if ('reason' in name) return { kind: 'unknown', reason: name.reason };
	const after = (match[3] ?? '') + comment;
	return { kind: 'entry', key: name.key, enabled: match[1] !== '-', form: 'legacy', before: '', after };
}

/** Spaces and tabs only: other white space may be part of a directory's name. */
function trim(text: string): string {
	return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
