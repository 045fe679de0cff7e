import { nearest } from '../nearest.ts';
import type { Assignment } from './assignment.ts';
import type { IniEntry, IniFile } from './ini-file.ts';
import type { ConfigProblem } from './loaded.ts';
import type { Key } from './schema/key.ts';
import { obsoleteKeys } from './schema/obsolete.ts';
import { canonicalKey, keyNames, sections } from './schema.ts';
import { type KnownSection, knownSection } from './section-name.ts';
import { valueProblems } from './value-problems.ts';

/** What a layer of the configuration gives: values, and what is wrong with how they are given. */
export interface Resolved {
	readonly assignments: readonly Assignment[];
	readonly problems: readonly ConfigProblem[];
}

/** Finds section and key of every line; unknown ones get the nearest known name. */
export function resolveFile(file: IniFile): Resolved {
	const problems: ConfigProblem[] = [...file.problems];
	const known = new Map<string, KnownSection>();
	const firstLines = new Map<string, number>();
	for (const { name, line } of file.sections) {
		const section = knownSection(name);
		if ('problem' in section) {
			problems.push({
				severity: 'error',
				line,
				message: section.problem,
				...(section.hint === undefined ? {} : { hint: section.hint }),
			});
			continue;
		}
		const first = firstLines.get(section.instance);
		if (first !== undefined) {
			problems.push({ severity: 'warning', line, message: `[${name}] has begun already on line ${first}` });
		}
		firstLines.set(section.instance, first ?? line);
		known.set(name, section);
	}
	const assignments = new Map<string, Assignment>();
	for (const entry of file.entries) {
		const section = known.get(entry.section);
		if (section === undefined) {
			if (entry.section === '') problems.push(outside(entry));
			continue;
		}
		resolveEntry(entry, section, assignments, problems);
	}
	return { assignments: [...assignments.values()], problems };
}

function resolveEntry(
	entry: IniEntry,
	section: KnownSection,
	assignments: Map<string, Assignment>,
	problems: ConfigProblem[],
): void {
	const { line, key: written, text } = entry;
	const canonical = canonicalKey(section.keys, written);
	const place = { line, section: entry.section, key: written };
	if (canonical === undefined) {
		problems.push({ ...place, ...unknownKey(written, section) });
		return;
	}
	const id = `${section.instance} ${canonical}`;
	const earlier = assignments.get(id);
	if (earlier !== undefined) {
		const same = earlier.written.toUpperCase() === written.toUpperCase();
		problems.push({
			...place,
			severity: 'error',
			message: same
				? `is set already on line ${earlier.line}`
				: `is the same key as ${earlier.written} on line ${earlier.line}`,
			hint: 'keep one of the two lines',
		});
		return;
	}
	problems.push(
		...valueProblems(entry, section.keys[canonical] as Key).map((found) => ({ ...place, ...found })),
	);
	const origin = { kind: 'file', detail: `line ${line}` } as const;
	assignments.set(id, { section: section.instance, key: canonical, written, text, origin, line });
}

type KeyProblem = Pick<ConfigProblem, 'severity' | 'message' | 'hint'>;

function unknownKey(written: string, section: KnownSection): KeyProblem {
	const upper = written.toUpperCase();
	const reason = obsoleteKeys[upper];
	if (reason !== undefined) {
		return {
			severity: 'warning',
			message: `has no effect any more: ${reason}`,
			hint: 'the line can be removed',
		};
	}
	const elsewhere = Object.entries(sections).find(([, keys]) => canonicalKey(keys, upper) !== undefined);
	if (elsewhere !== undefined) {
		return {
			severity: 'error',
			message: 'is not a key of this section',
			hint: `it belongs into [${elsewhere[0]}]`,
		};
	}
	const meant = nearest(upper, keyNames(section.keys));
	return {
		severity: 'error',
		message: 'unknown key',
		...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
	};
}

function outside(entry: IniEntry): ConfigProblem {
	return {
		severity: 'error',
		line: entry.line,
		key: entry.key,
		message: 'stands before the first [section]',
		hint: 'move it below the section it belongs to',
	};
}
