import { expect, test } from 'vitest';
import { refusedOptions } from '../../source/rclone/options.ts';

test('tuning and certificates are allowed, with their values', () => {
	const options = [
		'--tpslimit',
		'4',
		'--s3-chunk-size=16M',
		'--low-level-retries=1',
		'--fast-list',
		'--ca-cert',
		'/etc/ca.pem',
	];
	expect(refusedOptions(options)).toEqual([]);
});

test.each([
	[
		'what is copied or deleted',
		['--delete-excluded', '--max-delete=0', '--exclude=data/**', '--dry-run', '--backup-dir', 'x'],
	],
	['another config', ['--config=/tmp/x']],
	[
		'programs',
		['--sftp-ssh=sh -c x', '--webdav-bearer-token-command=x', '--password-command=x', '--metadata-mapper=x'],
	],
	[
		'secrets on the command line',
		['--sftp-pass=x', '--s3-secret-access-key=x', '--s3-session-token=x', '--b2-key=x'],
	],
	['short forms and stray words', ['-P', 'sync', '--', '--tpslimit=1 ;rm']],
])('%s: refused', (_what, options) => {
	const refused = refusedOptions(options);
	for (const option of options.filter((one) => one.startsWith('-') && !one.startsWith('--tpslimit')))
		expect(refused).toContain(option);
	expect(refused.length).toBeGreaterThan(0);
});
