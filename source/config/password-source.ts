import type { Assignments } from './assignment.ts';
import type { ConfigProblem } from './loaded.ts';
import type { SectionValues } from './schema/key.ts';
import type { localBackup } from './schema/local-backup.ts';
import type { PasswordSource } from './types.ts';

type Values = SectionValues<typeof localBackup>;

const layers = ['flag', 'environment', 'file'] as const;
// In this order when several are set in one place.
const keys = ['RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND', 'RESTIC_PASSWORD'] as const;

/**
 * Chooses where the password comes from: what the environment sets outranks the file as a whole, and within
 * either it is file, command, value. Without any of them a systemd credential, if there is one.
 *
 * @param credential path of the credential file, empty when there is none
 */
export function choosePassword(
	values: Values,
	assignments: Assignments,
	credential: string,
): { readonly source: PasswordSource; readonly problems: readonly ConfigProblem[] } {
	const section = assignments.get('local_backup');
	for (const layer of layers) {
		const set = keys.filter((key) => {
			const assignment = section?.get(key);
			return assignment?.origin.kind === layer && assignment.text !== '';
		});
		const [chosen, ...ignored] = set;
		if (chosen === undefined) continue;
		const problems = ignored.map((key): ConfigProblem => {
			const assignment = section?.get(key);
			return {
				severity: 'warning',
				...(assignment?.line === undefined ? {} : { line: assignment.line }),
				key: assignment?.written ?? key,
				message: `is not used: ${section?.get(chosen)?.written ?? chosen} is set too`,
				hint: 'keep one of them',
			};
		});
		const blank = chosen === 'RESTIC_PASSWORD' && values.RESTIC_PASSWORD !== values.RESTIC_PASSWORD.trim();
		const place = section?.get(chosen);
		if (blank) problems.push(blankPassword(place?.line, place?.written ?? chosen));
		return { source: sourceOf(chosen, values), problems };
	}
	if (credential !== '') return { source: { kind: 'file', path: credential }, problems: [] };
	return { source: { kind: 'none' }, problems: [] };
}

/** restic trims what it reads from a file: it would make a repository with another password. */
function blankPassword(line: number | undefined, key: string): ConfigProblem {
	return {
		severity: 'error',
		...(line === undefined ? {} : { line }),
		key,
		message: 'begins or ends with a blank, which restic does not take',
		hint: 'choose a password without blanks around it; for a repository that has one: restic key add',
	};
}

function sourceOf(key: (typeof keys)[number], values: Values): PasswordSource {
	if (key === 'RESTIC_PASSWORD_FILE') return { kind: 'file', path: values[key] };
	if (key === 'RESTIC_PASSWORD_COMMAND') return { kind: 'command', argv: values[key] };
	return { kind: 'value', value: values[key] };
}
