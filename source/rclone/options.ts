// Options that change how hard rclone pushes, or which certificates it trusts; never what it copies or deletes.
const allowedOptions: readonly string[] = [
	'--bind',
	'--buffer-size',
	'--ca-cert',
	'--checkers',
	'--client-cert',
	'--contimeout',
	'--disable-http2',
	'--fast-list',
	'--expect-continue-timeout',
	'--header',
	'--header-upload',
	'--low-level-retries',
	'--no-check-certificate',
	'--timeout',
	'--tpslimit',
	'--tpslimit-burst',
	'--use-mmap',
	'--user-agent',
];

// Tuning of one backend, e.g. --s3-chunk-size. Names as in `rclone help backends` of 1.75.
const allowedBackends: readonly string[] = [
	'azureblob',
	'b2',
	'box',
	'drive',
	'dropbox',
	'ftp',
	'gcs',
	'hetzner',
	'jottacloud',
	'koofr',
	'mega',
	'onedrive',
	'oos',
	'pcloud',
	's3',
	'sftp',
	'smb',
	'storj',
	'swift',
	'webdav',
];

/** What would put a secret on the command line or run a program. */
const neverAllowed = /pass|secret|token|credential|-key$|-account$|-auth|command|-ssh$|sas-url|-pem$/;

/**
 * Tells whether an option may stand in the config's extra options.
 *
 * @param option `--name` or `--name=value`
 */
function isAllowedOption(option: string): boolean {
	const name = option.split('=', 1)[0] ?? '';
	if (!/^--[a-z0-9-]+$/.test(name)) return false;
	if (allowedOptions.includes(name)) return true;
	if (neverAllowed.test(name)) return false;
	return allowedBackends.some((backend) => name.startsWith(`--${backend}-`));
}

/** @returns the entries of an option list that are not allowed; a bare word is the value of the option before it */
export function refusedOptions(options: readonly string[]): string[] {
	return options.filter((option, index) => {
		if (option.startsWith('-')) return !isAllowedOption(option);
		const before = options[index - 1];
		return before === undefined || !before.startsWith('--') || before.includes('=');
	});
}
