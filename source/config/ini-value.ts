import { unsafe } from 'ini';

/** One value of an INI line, decoded. */
export interface IniValue {
	readonly text: string;
	/** The quotes that enclosed the whole value. */
	readonly quote: "'" | '"' | '';
	/** An unquoted `#` or `;` ended the value. `comment`: blanks on both sides, so that nothing else can be meant. */
	readonly cut?: { readonly mark: '#' | ';'; readonly comment: boolean; readonly rest: string };
	/** It begins with a quote that does not enclose the whole of it. */
	readonly strayQuote: boolean;
	/** A backslash was read as an escape, or could have been meant as one. */
	readonly escapes: boolean;
}

const singleQuoted = /^'([^']*)'(?:\s*|\s+[#;].*)$/;
const doubleQuoted = /^"((?:[^"\\]|\\.)*)"(?:\s*|\s+[#;].*)$/;

/**
 * Decodes what stands after the `=`. In single quotes everything is literal; in double quotes backslash escapes
 * are those of JSON (with another backslash the text is literal); without quotes it is as the `ini` package
 * reads it: `#` and `;` end the value unless a backslash stands before them. In a word that is quoted within the value they
 * belong to it: `sh -c 'a; b'`.
 */
export function decodeIniValue(raw: string): IniValue {
	const trimmed = raw.trim();
	const single = singleQuoted.exec(trimmed)?.[1];
	if (single !== undefined) return { text: single, quote: "'", strayQuote: false, escapes: false };
	const double = doubleQuoted.exec(trimmed)?.[1];
	if (double !== undefined) {
		return { text: decodeEscapes(double), quote: '"', strayQuote: false, escapes: double.includes('\\') };
	}
	const end = unescapedMark(trimmed);
	const kept = end === -1 ? trimmed : trimmed.slice(0, end);
	const mark = trimmed[end];
	// The slice before the mark is decoded, and never a quoted one: ini would convert that as JSON.
	const held = /[#;]/.test(kept.replace(/\\./g, ''));
	const text = held
		? kept.trim().replace(/\\([\\#;])/g, '$1')
		: /^(['"]).*\1$/.test(kept.trim())
			? kept.trim()
			: unsafe(kept);
	return {
		text,
		quote: '',
		strayQuote: /^['"]/.test(trimmed),
		escapes: text !== kept.trim(),
		...(mark === '#' || mark === ';'
			? {
					cut: {
						mark,
						comment: /^\s?$/.test(trimmed[end - 1] ?? '') && /^.(\s|$)/.test(trimmed.slice(end)),
						rest: trimmed.slice(end),
					},
				}
			: {}),
	};
}

function decodeEscapes(inner: string): string {
	try {
		return JSON.parse(`"${inner}"`);
	} catch {
		return inner;
	}
}

// Index of the first # or ; without a backslash before it, as ini walks the value, outside of quoted words.
function unescapedMark(text: string): number {
	for (let index = 0; index < text.length; index++) {
		const character = text.charAt(index);
		if (character === '\\') index++;
		else if (character === '#' || character === ';') return index;
		else if ((character === "'" || character === '"') && /^[\s,=]?$/.test(text.charAt(index - 1))) {
			const end = text.indexOf(character, index + 1);
			// One that is not closed is a character like any other.
			if (end !== -1) index = end;
		}
	}
	return -1;
}

/** Writes a value so that `decodeIniValue` gives it back: bare where that is safe, else quoted. */
export function encodeIniValue(text: string): string {
	if (text === '' || /^[\w./:@%+,*~-](?:[\w./:@%+,*~= -]*[\w./:@%+,*~=-])?$/.test(text)) return text;
	return /^[^'\u0000-\u001f\u007f]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}
