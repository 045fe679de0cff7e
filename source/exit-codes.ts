/** Every exit code of the program, one table. The README and `help` print it. */
export const exitCodes = {
	ok: 0,
	config: 1,
	backup: 2,
	sync: 3,
	restore: 4,
	partial: 6,
	stackDown: 7,
	check: 8,
	usage: 64,
	unavailable: 69,
	tryAgain: 75,
	noPermission: 77,
	sighup: 129,
	sigint: 130,
	sigterm: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each code means, in the words of the help text. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
	0: 'done, all of it',
	1: 'the configuration is wrong',
	2: 'backup failed, or nothing is enabled',
	3: 'sync failed',
	4: 'restore failed',
	6: 'partial: a snapshot was made, but some files or mounts could not be read',
	7: 'a stack that was up is down now',
	8: 'a check, verification or drill failed, or a snapshot cannot be trusted',
	64: 'wrong usage',
	69: 'a tool or daemon is missing',
	75: 'a lock is held: try again',
	77: 'no permission',
	129: 'interrupted by SIGHUP, after clean-up',
	130: 'interrupted by SIGINT, after clean-up',
	143: 'interrupted by SIGTERM, after clean-up',
};

const signalCodes: readonly number[] = [exitCodes.sigint, exitCodes.sigterm, exitCodes.sighup];

/**
 * The one code a run ends with when several things went wrong: a stack left down, then a signal, then the
 * first failure, then a failed check, then a partial snapshot.
 *
 * @param codes in the order in which things happened
 */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
	const bad = codes.filter((code) => code !== exitCodes.ok);
	if (bad.includes(exitCodes.stackDown)) return exitCodes.stackDown;
	const signal = bad.find((code) => signalCodes.includes(code));
	if (signal !== undefined) return signal;
	const failure = bad.find((code) => code !== exitCodes.check && code !== exitCodes.partial);
	if (failure !== undefined) return failure;
	if (bad.includes(exitCodes.check)) return exitCodes.check;
	if (bad.includes(exitCodes.partial)) return exitCodes.partial;
	return exitCodes.ok;
}
