import type { IniEntry } from './ini-file.ts';

/** A value as the older program understood it, and what a person should know about that. */
export interface OlderValue {
	readonly text: string;
	readonly note?: string;
}

/**
 * Reads a value by the rules of the older programs: quotes were taken off, nothing inside them was decoded; an
 * unquoted `#` began a comment, also in the middle of a word (in the flat file, which a shell read, only after
 * a blank); `;` meant nothing.
 */
export function olderValue(entry: IniEntry, flat: boolean, secret: boolean): OlderValue {
	const raw = entry.raw.trim();
	const quoted = /^(['"])(.*?)\1\s*(?:#.*)?$/.exec(raw)?.[2];
	if (quoted !== undefined) return { text: quoted };
	const mark = flat ? raw.search(/(?:^|\s)#/) : raw.indexOf('#');
	if (mark === -1) {
		const cutToday = secret && raw.includes('#');
		return cutToday ? { text: raw, note: 'contains a #; it is in quotes now' } : { text: raw };
	}
	const text = raw.slice(0, mark).trim();
	if (!secret) return { text };
	return {
		text,
		note: `the unquoted # cut the password: the older program used the ${text.length} characters before it, and so does the new file. If the repository was made with the whole password, put that into RESTIC_PASSWORD in single quotes`,
	};
}
