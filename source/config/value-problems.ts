import type { IniValue } from './ini-value.ts';
import type { ConfigProblem } from './loaded.ts';
import { mask } from './mask.ts';
import type { Key } from './schema/key.ts';

type Found = Pick<ConfigProblem, 'severity' | 'message' | 'hint'>;

/**
 * What the way a value is written makes of it: a password cut at a `#`, quotes that do not enclose it, escapes.
 * For a secret whatever could be meant in two ways is an error, since a wrong password is only noticed when
 * a new repository is made with it, or on the day it is needed.
 */
export function valueProblems(value: IniValue, key: Key): readonly Found[] {
	const secret = key.secret === true;
	const found: Found[] = [];
	if (secret && value.text === mask) {
		found.push({
			severity: 'error',
			message: 'is what stands for a secret in `config show`, not a password',
			hint: 'write the password itself, or name a RESTIC_PASSWORD_FILE',
		});
	}
	if (value.cut !== undefined && secret) {
		found.push({
			severity: 'error',
			message: `an unquoted ${value.cut.mark} ends the value here`,
			hint: 'put the whole value in single quotes; a comment goes on a line of its own',
		});
	} else if (value.cut !== undefined && !value.cut.afterBlank) {
		found.push({
			severity: 'warning',
			message: `is cut at the unquoted ${value.cut.mark}`,
			hint: 'put the value in quotes if that character belongs to it',
		});
	}
	if (value.strayQuote && key.type !== 'list' && key.type !== 'words') {
		found.push({
			severity: 'error',
			message: 'begins with a quote that does not enclose the whole value',
			hint: 'put the whole value in the other kind of quotes',
		});
	} else if (value.escapes && secret) {
		found.push({
			severity: 'warning',
			message: 'contains backslash escapes, which are decoded',
			hint: 'single quotes take it as it stands',
		});
	}
	return found;
}
