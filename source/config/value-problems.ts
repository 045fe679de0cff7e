import type { IniValue } from './ini-value.ts';
import type { ConfigProblem } from './loaded.ts';
import { mask } from './mask.ts';
import type { Key } from './schema/key.ts';

/** Values of which nothing can be missing without being noticed. */
const plainTypes: readonly string[] = ['integer', 'duration', 'size', 'boolean', 'enum'];

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
	} else if (value.cut !== undefined && !(value.cut.comment && !/,\s*$/.test(value.text))) {
		const { mark, rest } = value.cut;
		// A number shows by itself whether something is missing; half a path or half a list does not.
		found.push({
			severity: plainTypes.includes(key.type) ? 'warning' : 'error',
			message: `ends before the unquoted ${mark}: it is not clear whether "${rest}" belongs to it`,
			hint: `if it does, put the whole value in single quotes; if it is a comment, move it to a line of its own`,
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
