import { nearest } from '../nearest.ts';
import type { Assignment } from './assignment.ts';
import type { ConfigProblem } from './loaded.ts';
import type { Resolved } from './resolve-file.ts';
import { canonicalKey, keyNames, sections } from './schema.ts';

/** Variables of the program that are not keys: how the config is found, marks put on child processes, what a starter asks for. */
const reservedVariables: readonly string[] = [
	'BACKUP_TUI_CONFIG',
	'BACKUP_TUI_RUN',
	'BACKUP_TUI_RUN_ID',
	'BACKUP_TUI_START_REPORT',
	'BACKUP_TUI_TRIGGER',
];

const prefix = 'BACKUP_TUI_';
// restic's own variables, outranked by ours.
const resticVariables = ['RESTIC_REPOSITORY', 'RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `BACKUP_TUI_<KEY>` and restic's three variables. An unknown `BACKUP_TUI_` variable is an error. */
export function resolveEnvironment(env: Environment): Resolved {
	const problems: ConfigProblem[] = [];
	const assignments = new Map<string, Assignment>();
	for (const name of resticVariables) {
		const text = env[name];
		if (text === undefined || text === '') continue;
		assignments.set(name, assign('local_backup', name, name, text));
	}
	for (const [name, text] of Object.entries(env).sort()) {
		if (!name.startsWith(prefix) || reservedVariables.includes(name) || text === undefined) continue;
		const found = keyByName(name.slice(prefix.length));
		if ('problem' in found) {
			problems.push({ severity: 'error', key: name, message: found.problem, hint: found.hint });
			continue;
		}
		const earlier = assignments.get(found.key);
		if (earlier?.written.startsWith(prefix)) {
			problems.push({ severity: 'error', key: name, message: `is the same key as ${earlier.written}` });
		} else if (/[\u0000-\u001f\u007f]/.test(text)) {
			problems.push({ severity: 'error', key: name, message: 'contains a control character' });
		} else assignments.set(found.key, assign(found.section, found.key, name, text));
	}
	return { assignments: [...assignments.values()], problems };
}

/** Values that flags stand for, by key name. Names come from our own table, so an unknown one is a bug. */
export function resolveFlags(flags: Readonly<Record<string, string>>): readonly Assignment[] {
	return Object.entries(flags).map(([name, text]) => {
		const found = keyByName(name);
		if ('problem' in found) throw new TypeError(`${name} ${found.problem}`);
		return { ...assign(found.section, found.key, name, text), origin: { kind: 'flag', detail: '' } };
	});
}

type Found =
	| { readonly section: string; readonly key: string }
	| { readonly problem: string; readonly hint: string };

function keyByName(name: string): Found {
	const upper = name.toUpperCase();
	const matches = Object.entries(sections).flatMap(([section, keys]) => {
		const key = canonicalKey(keys, upper);
		return key === undefined ? [] : [{ section, key }];
	});
	const [match] = matches;
	if (match !== undefined && matches.length === 1) return match;
	if (matches.length > 1) {
		const names = matches.map(({ key }) => prefix + key);
		return { problem: 'could mean several keys', hint: `write ${names.join(' or ')}` };
	}
	const all = Object.values(sections).flatMap((keys) => keyNames(keys));
	const meant = nearest(upper, all);
	return {
		problem: 'is not a known key',
		hint: meant === undefined ? 'list the keys: backup-tui config show' : `did you mean ${prefix}${meant}?`,
	};
}

function assign(section: string, key: string, written: string, text: string): Assignment {
	return { section, key, written, text, origin: { kind: 'environment', detail: written } };
}
