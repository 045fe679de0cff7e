import { nearest } from '../nearest.ts';
import type { SectionKeys } from './schema/key.ts';
import { namedSections, type SectionName, sections } from './schema.ts';

/** A section of the file: one of those that exist once, or one of many with a name. */
export interface KnownSection {
	/** `docker`, `cloud_sync:nas`: the prefix in lower case, the name as written. */
	readonly instance: string;
	readonly keys: SectionKeys;
}

/** @returns the section a heading stands for, or what is wrong with it */
export function knownSection(
	heading: string,
): KnownSection | { readonly problem: string; readonly hint?: string } {
	const colon = heading.indexOf(':');
	const prefix = (colon === -1 ? heading : heading.slice(0, colon)).trim().toLowerCase();
	if (colon === -1) {
		if (Object.hasOwn(sections, prefix)) return { instance: prefix, keys: sections[prefix as SectionName] };
		return unknownSection(heading);
	}
	const name = heading.slice(colon + 1).trim();
	const keys: SectionKeys | undefined = Object.hasOwn(namedSections, prefix)
		? namedSections[prefix as keyof typeof namedSections]
		: undefined;
	if (keys === undefined) return unknownSection(heading);
	if (name === '') return { problem: `[${heading}] needs a name after the colon` };
	if (prefix === 'cloud_sync' && (!/^[\w.-]+$/.test(name) || name.startsWith('-') || name === 'default')) {
		return {
			problem: `${name} cannot be the name of a remote`,
			hint: 'letters, digits, dots, underscores and dashes; `default` is [cloud_sync] itself',
		};
	}
	return { instance: `${prefix}:${name}`, keys };
}

function unknownSection(heading: string): { readonly problem: string; readonly hint: string } {
	const names = [...Object.keys(sections), 'stack:NAME', 'cloud_sync:NAME'];
	// `[stak:web]`, or `[web]` with the colon forgotten in `[stack web]`.
	const [prefix = heading] = heading.split(/[:\s]/, 1);
	const many = Object.keys(namedSections);
	const meantPrefix = prefix === heading ? undefined : nearest(prefix, many);
	const meant = meantPrefix === undefined ? nearest(heading, names) : `${meantPrefix}:NAME`;
	return {
		problem: `unknown section [${heading}]`,
		hint: meant === undefined ? `the sections are ${names.join(', ')}` : `did you mean [${meant}]?`,
	};
}
