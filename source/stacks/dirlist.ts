import { isUtf8 } from 'node:buffer';
import { type ParsedLine, parseDirlistLine } from './dirlist-line.ts';

/** One line of the file: its bytes, and what they mean. */
export interface DirlistLine {
	/** The line's bytes without its end, one character for one byte (latin1), so that any file survives. */
	readonly bytes: string;
	readonly end: '\n' | '\r\n' | '';
	readonly parsed: ParsedLine;
}

/** The file, line by line. `serializeDirlist(parseDirlist(bytes))` is the same bytes, whatever they are. */
export interface DirlistDocument {
	/** The file began with a UTF-8 byte order mark. */
	readonly byteOrderMark: boolean;
	readonly lines: readonly DirlistLine[];
}

export interface DirlistEntry {
	readonly key: string;
	readonly enabled: boolean;
	/** 1-based, of the line that counts. */
	readonly line: number;
}

/** Something in the file a person should look at. */
export interface DirlistProblem {
	/** 1-based. */
	readonly line: number;
	readonly kind: 'unknown-line' | 'duplicate';
	readonly message: string;
}

export const emptyDirlist: DirlistDocument = { byteOrderMark: false, lines: [] };

/** What a file that is made new begins with. */
export const newDirlist: DirlistDocument = {
	byteOrderMark: false,
	lines: [
		'# Which stacks backup-tui backs up, one a line: NAME=true or NAME=false.',
		'# A stack that lies elsewhere: /its/absolute/path=true. Comments and order are kept.',
	].map((text) => dirlistLine(text, '\n')),
};

const mark = Buffer.from([0xef, 0xbb, 0xbf]).toString('latin1');

/** @param bytes of any content: what cannot be understood becomes an `unknown` line */
export function parseDirlist(bytes: Uint8Array): DirlistDocument {
	const all = Buffer.from(bytes).toString('latin1');
	const byteOrderMark = all.startsWith(mark);
	const lines: DirlistLine[] = [];
	for (const match of all.slice(byteOrderMark ? mark.length : 0).matchAll(/([^\n]*?)(\r?\n|$)/g)) {
		const [whole, content = '', end = ''] = match;
		if (whole === '') continue;
		lines.push({ bytes: content, end: end as DirlistLine['end'], parsed: parseBytes(content) });
	}
	return { byteOrderMark, lines };
}

/** @returns the file's bytes */
export function serializeDirlist(document: DirlistDocument): Buffer {
	const body = document.lines.map((line) => line.bytes + line.end).join('');
	return Buffer.from((document.byteOrderMark ? mark : '') + body, 'latin1');
}

/** @param text without its end */
export function dirlistLine(text: string, end: DirlistLine['end']): DirlistLine {
	return { bytes: Buffer.from(text, 'utf8').toString('latin1'), end, parsed: parseDirlistLine(text) };
}

/** @returns every entry once, in the order of the file; of several lines for one key the last counts */
export function dirlistEntries(document: DirlistDocument): readonly DirlistEntry[] {
	const entries = new Map<string, DirlistEntry>();
	for (const [index, { parsed }] of document.lines.entries()) {
		if (parsed.kind !== 'entry') continue;
		entries.set(parsed.key, { key: parsed.key, enabled: parsed.enabled, line: index + 1 });
	}
	return [...entries.values()];
}

/** @returns lines that are kept but not understood, and keys that are listed twice */
export function dirlistProblems(document: DirlistDocument): readonly DirlistProblem[] {
	const problems: DirlistProblem[] = [];
	const seen = new Map<string, number>();
	for (const [index, { parsed }] of document.lines.entries()) {
		const line = index + 1;
		if (parsed.kind === 'unknown') {
			problems.push({ line, kind: 'unknown-line', message: `line ${line}: ${parsed.reason}` });
		}
		if (parsed.kind !== 'entry') continue;
		const first = seen.get(parsed.key);
		if (first !== undefined) {
			const message = `line ${line}: ${parsed.key} is listed on line ${first} too; this one counts`;
			problems.push({ line, kind: 'duplicate', message });
		}
		seen.set(parsed.key, line);
	}
	return problems;
}

/**
 * Tells a damaged file from a dirlist that merely holds lines we do not understand: a text file has no control
 * characters but tab, line ends, form feed and ESC.
 *
 * @returns why it must not be written to, or undefined
 */
export function dirlistDamage(bytes: Uint8Array): string | undefined {
	if (bytes.length > maximumBytes) return 'it is larger than 4 MiB';
	const at = bytes.findIndex((byte) => byte < 0x20 && !textControls.has(byte));
	return at === -1 ? undefined : `it holds binary data at byte ${at}`;
}

const maximumBytes = 4 * 1024 * 1024;
const textControls: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);

function parseBytes(content: string): ParsedLine {
	const bytes = Buffer.from(content, 'latin1');
	if (isUtf8(bytes)) return parseDirlistLine(bytes.toString('utf8'));
	if (/^[ \t]*#/.test(content)) return { kind: 'comment' };
	return { kind: 'unknown', reason: 'not UTF-8' };
}
