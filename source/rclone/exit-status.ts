/** What an exit code of rclone means. 1 says nothing: the text decides (see classify). */
export type ExitMeaning =
	| 'ok'
	| 'uncategorised'
	| 'usage'
	| 'directory-not-found'
	| 'file-not-found'
	| 'temporary'
	| 'less-serious'
	| 'fatal'
	| 'transfer-limit'
	| 'nothing-transferred'
	| 'duration-limit';

const meanings: Readonly<Record<number, ExitMeaning>> = {
	0: 'ok',
	1: 'uncategorised',
	2: 'usage',
	3: 'directory-not-found',
	4: 'file-not-found',
	5: 'temporary',
	6: 'less-serious',
	7: 'fatal',
	8: 'transfer-limit',
	9: 'nothing-transferred',
	10: 'duration-limit',
};

/**
 * rclone docs, "List of exit codes". Seen with 1.60.1: wrong usage is 1, `--max-duration` reached is 7;
 * with 1.75.2 these are 2 and 10.
 *
 * @param exitCode null when a signal ended it
 */
export function exitMeaning(exitCode: number | null): ExitMeaning {
	return exitCode === null ? 'uncategorised' : (meanings[exitCode] ?? 'uncategorised');
}
