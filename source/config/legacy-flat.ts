import type { IniEntry, IniFile } from './ini-file.ts';
import type { ConfigProblem } from './loaded.ts';
import { obsoleteKeys } from './schema/obsolete.ts';
import { canonicalKey, sections } from './schema.ts';

/** Whether a file is the older flat `backup.conf`: keys, and no section at all. */
export function isFlat(file: IniFile): boolean {
	return file.sections.length === 0 && file.entries.length > 0;
}

const renamed: Readonly<Record<string, readonly [section: string, key: string]>> = {
	BACKUP_DIR: ['docker', 'DOCKER_STACKS_DIR'],
	TIMEOUT: ['docker', 'DOCKER_TIMEOUT'],
};

/** Switches of the flat file for password sources that are set but not to be used. */
const switches: Readonly<Record<string, string>> = {
	ENABLE_PASSWORD_FILE: 'RESTIC_PASSWORD_FILE',
	ENABLE_PASSWORD_COMMAND: 'RESTIC_PASSWORD_COMMAND',
};

/**
 * Gives a flat file the sections of today, so that it is read like any other. Keys that no section knows stay
 * outside and are reported as unknown.
 */
export function sectionedFromFlat(file: IniFile): IniFile {
	const off = file.entries
		.filter(
			(entry) => switches[entry.key.toUpperCase()] !== undefined && !/^(true|yes|1|on)$/i.test(entry.text),
		)
		.map((entry) => switches[entry.key.toUpperCase()]);
	const problems: ConfigProblem[] = [
		...file.problems,
		{
			severity: 'warning',
			message: 'this is the older flat format, without sections',
			hint: 'backup-tui config import FILE writes it in the new one',
		},
	];
	const entries: IniEntry[] = [];
	for (const entry of file.entries) {
		const upper = entry.key.toUpperCase();
		if (switches[upper] !== undefined) continue;
		const [section, key] = placeOfFlatKey(upper) ?? ['', entry.key];
		if (off.includes(key)) continue;
		if (/\$[\w{(]/.test(entry.text) && !entry.raw.trim().startsWith("'") && key !== 'RESTIC_PASSWORD') {
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
	const names = [...new Set(entries.map((entry) => entry.section))].filter((name) => name !== '');
	return { entries, sections: names.map((name) => ({ name, line: 1 })), problems };
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
