import { isAbsolute, join } from 'node:path';
import type { IniEntry } from './ini-file.ts';
import { readIni } from './ini-file.ts';
import { isFlat, passwordSwitches, placeOfFlatKey, switchedOffKeys } from './legacy-flat.ts';
import { olderValue } from './older-value.ts';
import type { Key, SectionKeys } from './schema/key.ts';
import { obsoleteKeys } from './schema/obsolete.ts';
import { canonicalKey, sections } from './schema.ts';
import { configTemplate } from './template.ts';
import { parseValue } from './value.ts';

/** What became of one line of the older file. */
export interface ImportedKey {
	readonly line: number;
	readonly key: string;
	/** `changed`: taken over, but it means something else now, or its value had to be altered. */
	readonly outcome: 'taken' | 'renamed' | 'changed' | 'dropped';
	readonly note?: string;
}

export interface Imported {
	/** The new configuration. */
	readonly text: string;
	readonly keys: readonly ImportedKey[];
}

/**
 * Turns the older program's config.ini, or the flat backup.conf, into a configuration of today. Every line is
 * accounted for: what is not taken over stands as a comment at the end of the new file.
 *
 * @param olderBase what relative paths in the older file stood on
 */
export function importOlder(text: string, olderBase: string): Imported {
	const file = readIni(text);
	const flat = isFlat(file);
	const values = new Map<string, Map<string, string>>();
	const keys: ImportedKey[] = [];
	const leftOver: string[] = [];
	const switchedOff = flat ? switchedOffKeys(file.entries) : new Set<string>();
	for (const entry of file.entries) {
		const place = placeOf(entry, flat);
		const taken =
			place === undefined ? unknownOutcome(entry) : take(entry, place, flat, olderBase, switchedOff);
		const section = place === undefined ? undefined : values.get(place.section);
		if ('value' in taken && place !== undefined && section?.has(place.name) !== true) {
			values.set(place.section, (section ?? new Map<string, string>()).set(place.name, taken.value));
			keys.push({ line: entry.line, key: entry.key, ...taken.report });
			if (taken.keep) leftOver.push(commentOf(entry));
		} else {
			const report: Report =
				'value' in taken ? { outcome: 'dropped', note: 'set twice; the first line counts' } : taken.report;
			keys.push({ line: entry.line, key: entry.key, ...report });
			leftOver.push(commentOf(entry));
		}
	}
	for (const problem of file.problems) {
		const line = problem.line ?? 0;
		keys.push({ line, key: problem.key ?? '', outcome: 'dropped', note: problem.message });
		leftOver.push(`# line ${line}: ${text.split(/\r\n|\r|\n/)[line - 1]?.trim() ?? ''}`);
	}
	const tail =
		leftOver.length === 0
			? []
			: ['', '# Lines of the older file that were not taken over as they stood:', ...leftOver, ''];
	return { text: configTemplate(values) + tail.join('\n'), keys: keys.sort((a, b) => a.line - b.line) };
}

type Report = Pick<ImportedKey, 'outcome' | 'note'>;

interface Place {
	readonly section: string;
	readonly name: string;
	readonly key: Key;
}

function placeOf(entry: IniEntry, flat: boolean): Place | undefined {
	const upper = entry.key.toUpperCase();
	const found = flat ? placeOfFlatKey(upper) : placeInSections(entry.section.toLowerCase(), upper);
	if (found === undefined) return undefined;
	const [section, name] = found;
	const keys: SectionKeys | undefined = sections[section as keyof typeof sections];
	const key = keys?.[name];
	return key === undefined ? undefined : { section, name, key };
}

// RCLONE_RESTORE_DIR stood in [cloud_sync] and is a key of [restore] now: any section is looked at in the end.
function placeInSections(section: string, name: string): readonly [string, string] | undefined {
	const own: SectionKeys | undefined = sections[section as keyof typeof sections];
	const key = own === undefined ? undefined : canonicalKey(own, name);
	if (key !== undefined) return [section, key];
	const elsewhere = placeOfFlatKey(name);
	return name === 'TIMEOUT' ? undefined : elsewhere;
}

type Taken =
	| { readonly value: string; readonly report: Report; readonly keep: boolean }
	| { readonly report: Report };

function take(
	entry: IniEntry,
	place: Place,
	flat: boolean,
	olderBase: string,
	switchedOff: ReadonlySet<string>,
): Taken {
	if (switchedOff.has(place.name)) {
		return { report: { outcome: 'dropped', note: 'was switched off in the older file' } };
	}
	const older = olderValue(entry, flat, place.key.secret === true);
	const value = absolute(older.text, place.key, olderBase);
	const parsed = parseValue(place.key, value, { directory: olderBase, home: '/' });
	if ('problem' in parsed) return { report: { outcome: 'dropped', note: `the value ${parsed.problem}` } };
	const notes = [
		...(older.note === undefined ? [] : [older.note]),
		...(value === older.text ? [] : [`made absolute: ${value}`]),
		...changedMeaning(place.name, value),
	];
	if (notes.length > 0)
		return { value, report: { outcome: 'changed', note: notes.join('; ') }, keep: older.note !== undefined };
	const renamed = entry.key.toUpperCase() !== place.name;
	return {
		value,
		report: renamed
			? { outcome: 'renamed', note: `now ${place.name} in [${place.section}]` }
			: { outcome: 'taken' },
		keep: false,
	};
}

function absolute(text: string, key: Key, base: string): string {
	const local = key.type === 'path' || (key.type === 'repository' && !text.includes(':'));
	return !local || text === '' || isAbsolute(text) || text.startsWith('~') ? text : join(base, text);
}

function unknownOutcome(entry: IniEntry): Taken {
	const upper = entry.key.toUpperCase();
	const reason =
		passwordSwitches[upper] === undefined
			? obsoleteKeys[upper]
			: `${passwordSwitches[upper]} is used when it is set`;
	return { report: { outcome: 'dropped', note: reason ?? 'not a key of the older program that is known' } };
}

// Keys that are read as before but do something else. From the list of defects of the older program.
function changedMeaning(name: string, value: string): readonly string[] {
	if (name === 'VERIFICATION_DEPTH' && value.toLowerCase() === 'files') {
		return ['now compares the listing with what was copied; it used to be the same as metadata'];
	}
	if (name === 'VERIFICATION_DEPTH' && value.toLowerCase() === 'data') {
		return ['now reads the data of the new snapshot back; it used to fail'];
	}
	if (name === 'RETRIES') return ['the pauses between attempts now double; they used to grow by 30 seconds'];
	return [];
}

function commentOf(entry: IniEntry): string {
	return `# ${entry.section === '' ? '' : `[${entry.section}] `}${entry.key}=${entry.raw.trim()}`;
}
