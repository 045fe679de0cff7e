import { nearest } from '../nearest.ts';
import type { IniEntry, IniFile } from './ini-file.ts';
import type { ConfigProblem } from './loaded.ts';
import { obsoleteKeys } from './schema/obsolete.ts';
import { canonicalKey, keyNames, sections } from './schema.ts';

/** Whether a file is the older flat `backup.conf`: keys, and no section at all. */
export function isFlat(file: IniFile): boolean {
	return file.sections.length === 0 && file.entries.length > 0;
}

const renamed: Readonly<Record<string, readonly [section: string, key: string]>> = {
	BACKUP_DIR: ['docker', 'DOCKER_STACKS_DIR'],
	TIMEOUT: ['docker', 'DOCKER_TIMEOUT'],
};

/** Switches of the flat file for password sources that are set but not to be used. */
export const passwordSwitches: Readonly<Record<string, string>> = {
	ENABLE_PASSWORD_FILE: 'RESTIC_PASSWORD_FILE',
	ENABLE_PASSWORD_COMMAND: 'RESTIC_PASSWORD_COMMAND',
};

/** @returns the canonical keys that the switches of a flat file turn off */
export function switchedOffKeys(entries: readonly IniEntry[]): ReadonlySet<string> {
	const off = entries.filter((entry) => !/^(true|yes|1|on)$/i.test(entry.text));
	return new Set(off.flatMap((entry) => passwordSwitches[entry.key.toUpperCase()] ?? []));
}

/**
 * Gives a flat file the sections of today, so that it is read like any other.
 */
export function sectionedFromFlat(file: IniFile): IniFile {
	const off = switchedOffKeys(file.entries);
	const problems: ConfigProblem[] = [
		...file.problems,
		{
			severity: 'warning',
			message: 'this is the older flat format, without sections',
			hint: 'write it in the new one: backup-tui config import FILE',
		},
	];
	const entries: IniEntry[] = [];
	for (const entry of file.entries) {
		const upper = entry.key.toUpperCase();
		if (passwordSwitches[upper] !== undefined) continue;
		const place = placeOfFlatKey(upper);
		if (place === undefined) {
			problems.push(unknownKey(entry));
			continue;
		}
		const [section, key] = place;
		if (off.has(key)) continue;
		if (/\$[\w{(]/.test(entry.text) && entry.quote !== "'" && key !== 'RESTIC_PASSWORD') {
			problems.push({
				severity: 'error',
				line: entry.line,
				key: entry.key,
				message: 'uses a shell variable, and variables are not expanded',
				hint: 'write the value out',
			});
		}
		// The key is written as it stands where it is an alias, so that messages name what the person wrote.
		entries.push({ ...entry, section, key: renamed[upper] === undefined ? entry.key : key });
	}
	const names = [...new Set(entries.map((entry) => entry.section))];
	return { entries, sections: names.map((name) => ({ name, line: 1 })), problems };
}

function unknownKey(entry: IniEntry): ConfigProblem {
	const names = [...Object.keys(renamed), ...Object.values(sections).flatMap((keys) => keyNames(keys))];
	const meant = nearest(entry.key, names);
	return {
		severity: 'error',
		line: entry.line,
		key: entry.key,
		message: 'unknown key',
		...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
	};
}

/** @returns section and canonical key of a key in the flat file, obsolete ones in `[docker]` */
export function placeOfFlatKey(name: string): readonly [section: string, key: string] | undefined {
	const fixed = renamed[name];
	if (fixed !== undefined) return fixed;
	if (obsoleteKeys[name] !== undefined) return ['docker', name];
	for (const [section, keys] of Object.entries(sections)) {
		const key = canonicalKey(keys, name);
		if (key !== undefined) return [section, key];
	}
	return undefined;
}
