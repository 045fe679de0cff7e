import { expect, test } from 'vitest';
import { errorsOf, examine } from './examine.ts';

const flat = `# backup.conf
BACKUP_DIR="/opt/docker-stacks"
export DOCKER_TIMEOUT=30
RESTIC_REPOSITORY='/mnt/backup/repo'
RESTIC_PASSWORD='pa$$word'
RESTIC_PASSWORD_FILE=/etc/restic.pass
ENABLE_PASSWORD_FILE=false
ENABLE_PASSWORD_COMMAND=false
BACKUP_TIMEOUT=7200
HOSTNAME=oldnas
KEEP_DAILY=3
KEEP_WEEKLY=2
AUTO_PRUNE=false
ENABLE_BACKUP_VERIFICATION=true
VERIFICATION_DEPTH=metadata
RCLONE_REMOTE=b2
RCLONE_BACKUP_PATH=/backups
RCLONE_SOURCE_DIR=/mnt/backup/repo
RCLONE_TRANSFERS=8
RCLONE_RETRIES=5
RCLONE_BANDWIDTH=10M
`;

test('the flat file is read directly, with a warning', () => {
	const { config, problems } = examine(flat);
	expect(problems.map(({ severity, line }) => [severity, line])).toEqual([
		['warning', 18],
		['warning', undefined],
	]);
	expect(config.docker).toMatchObject({ stacksDir: '/opt/docker-stacks', timeoutSeconds: 30 });
	expect(config.repository).toMatchObject({
		location: '/mnt/backup/repo',
		password: { kind: 'value', value: 'pa$$word' },
		backupTimeoutSeconds: 7200,
		hostname: 'oldnas',
		keepDaily: 3,
		keepMonthly: 6,
		autoPrune: false,
		verificationDepth: 'metadata',
	});
	expect(config.remotes).toMatchObject([
		{ remote: 'b2', path: '/backups', transfers: 8, retries: 5, bandwidth: '10M' },
	]);
});

test('a password file that is switched on counts', () => {
	const { config } = examine(flat.replace('ENABLE_PASSWORD_FILE=false', 'ENABLE_PASSWORD_FILE=true'));
	expect(config.repository.password).toEqual({ kind: 'file', path: '/etc/restic.pass' });
});

test('an unknown key and a shell variable are errors', () => {
	const errors = errorsOf(examine(`${flat}KEEP_DAYLY=3\nCACHE_DIR=$HOME/cache\n`));
	expect(errors).toEqual([
		'22 KEEP_DAYLY unknown key',
		expect.stringContaining('23 CACHE_DIR uses a shell variable'),
		expect.stringContaining('23 CACHE_DIR variables are not expanded'),
	]);
});
