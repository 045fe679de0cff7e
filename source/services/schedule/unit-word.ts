import { BackupTuiError } from '../../errors.ts';

/**
 * A word of a command line in a unit file. `%` and `$` are doubled, else systemd expands them; quotes and backslashes
 * are escaped (systemd.service(5), "Command lines").
 *
 * @throws `usage` for a control character: no quoting carries a line end
 */
export function unitWord(word: string): string {
	refuseControlCharacters(word);
	const escaped = word
		.replaceAll('\\', '\\\\')
		.replaceAll('"', '\\"')
		.replaceAll('%', '%%')
		.replaceAll('$', '$$$$');
	return /^[\w@%+=:,./$-]+$/.test(word) ? escaped : `"${escaped}"`;
}

/** A path as the value of a unit's key, where `%` is special but nothing is quoted. Throws `usage` as above. */
export function unitPath(path: string): string {
	refuseControlCharacters(path);
	return path.replaceAll('%', '%%');
}

/** A word of a crontab line: for the shell, and with `%` escaped, which cron takes for a line end. Throws `usage` as above. */
export function cronWord(word: string): string {
	refuseControlCharacters(word);
	const quoted = /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
	return quoted.replaceAll('%', '\\%');
}

function refuseControlCharacters(word: string): void {
	if (/[\u0000-\u001f\u007f]/.test(word))
		throw new BackupTuiError('usage', `a schedule cannot name ${JSON.stringify(word)}`, {
			hint: 'rename the file: its path holds a control character',
		});
}
