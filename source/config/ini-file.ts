import { decodeIniValue, type IniValue } from './ini-value.ts';
import type { ConfigProblem } from './loaded.ts';

/** One `KEY=value` line. */
export interface IniEntry extends IniValue {
	/** As written, without the brackets; empty before the first section. */
	readonly section: string;
	readonly key: string;
	readonly line: number;
	/** What stands after the `=`, undecoded. */
	readonly raw: string;
}

export interface IniFile {
	readonly entries: readonly IniEntry[];
	readonly sections: readonly { readonly name: string; readonly line: number }[];
	readonly problems: readonly ConfigProblem[];
}

/**
 * Reads an INI text line by line. The `ini` package decodes the values, but not the structure: it nests
 * sections with dots in their names, keeps only the last of two equal keys, converts `true` and `null`, and
 * knows no line numbers.
 */
export function readIni(text: string): IniFile {
	const entries: IniEntry[] = [];
	const sections: { name: string; line: number }[] = [];
	const problems: ConfigProblem[] = [];
	let section = '';
	const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
	for (const [index, content] of lines.entries()) {
		const line = index + 1;
		const trimmed = content.trim();
		if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
		const heading = /^\[([^\]]*)\]\s*(?:[#;].*)?$/.exec(trimmed)?.[1];
		if (heading !== undefined) {
			section = heading.trim();
			sections.push({ name: section, line });
			continue;
		}
		const entry = readEntry(trimmed, section, line);
		if ('message' in entry) problems.push(entry);
		else entries.push(entry);
	}
	return { entries, sections, problems };
}

function readEntry(trimmed: string, section: string, line: number): IniEntry | ConfigProblem {
	const problem = (message: string, hint?: string): ConfigProblem => ({
		severity: 'error',
		line,
		...(section === '' ? {} : { section }),
		message,
		...(hint === undefined ? {} : { hint }),
	});
	const equals = trimmed.indexOf('=');
	const key = (equals === -1 ? trimmed : trimmed.slice(0, equals)).trim().replace(/^export\s+/, '');
	if (!/^[A-Za-z_][\w-]*$/.test(key)) {
		return problem('this is neither a [section] nor KEY=value', 'put a # before it to make it a comment');
	}
	if (equals === -1) return problem(`${key} has no value`, `write ${key}=value`);
	const raw = trimmed.slice(equals + 1);
	const value = decodeIniValue(raw);
	if (/[\u0000-\u001f\u007f]/.test(value.text)) return problem(`${key} contains a control character`);
	return { ...value, section, key, line, raw };
}
