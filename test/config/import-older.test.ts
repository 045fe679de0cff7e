import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importOlder } from '../../source/config/import-older.ts';
import { errorsOf, examine } from './examine.ts';

const older = `# my backups
[docker]
DOCKER_STACKS_DIR = "/opt/stacks"   # where they are
TIMEOUT = 120
[local_backup]
RESTIC_REPOSITORY = backup/repo
RESTIC_PASSWORD = "se#cret \\d"
KEEP_DAILY = 14
VERIFICATION_DEPTH = files
MEMORY_THRESHOLD_MB = 512
MY_OWN = thing
[cloud_sync]
RCLONE_REMOTE = b2
RCLONE_TRANSFERS = 8
RCLONE_BANDWIDTH = 0
RCLONE_RESTORE_DIR = /srv/restore
`;

test('every key is accounted for, and the new file is valid and means the same', () => {
	const { text, keys } = importOlder(older, '/opt/backup');
	expect(keys.map(({ line, key, outcome }) => [line, key, outcome])).toEqual([
		[3, 'DOCKER_STACKS_DIR', 'taken'],
		[4, 'TIMEOUT', 'renamed'],
		[6, 'RESTIC_REPOSITORY', 'changed'],
		[7, 'RESTIC_PASSWORD', 'taken'],
		[8, 'KEEP_DAILY', 'taken'],
		[9, 'VERIFICATION_DEPTH', 'changed'],
		[10, 'MEMORY_THRESHOLD_MB', 'dropped'],
		[11, 'MY_OWN', 'dropped'],
		[13, 'RCLONE_REMOTE', 'taken'],
		[14, 'RCLONE_TRANSFERS', 'renamed'],
		[15, 'RCLONE_BANDWIDTH', 'renamed'],
		[16, 'RCLONE_RESTORE_DIR', 'renamed'],
	]);
	const { config, problems } = examine(text);
	expect(problems).toEqual([]);
	expect(config.docker).toMatchObject({ stacksDir: '/opt/stacks', timeoutSeconds: 120 });
	expect(config.repository).toMatchObject({
		location: '/opt/backup/backup/repo',
		// Nothing inside quotes was decoded by the older program.
		password: { kind: 'value', value: 'se#cret \\d' },
		keepDaily: 14,
	});
	expect(config.remotes).toMatchObject([{ remote: 'b2', transfers: 8, bandwidth: '' }]);
	expect(config.restore.directory).toBe('/srv/restore');
	expect(text).toContain('# [local_backup] MY_OWN=thing');
});

describe('an unquoted # in a password', () => {
	test('config.ini: the older program cut it, so the repository has the shorter one; said without showing it', () => {
		const { text, keys } = importOlder(older.replace('"se#cret \\d"', 'hun#ter2'), '/');
		const { note } = keys.find(({ key }) => key === 'RESTIC_PASSWORD') ?? {};
		expect(note).toContain('cut the password');
		expect(note).not.toMatch(/hun|ter2/);
		expect(examine(text).config.repository.password).toMatchObject({ value: 'hun' });
		expect(text).toContain('# [local_backup] RESTIC_PASSWORD=hun#ter2');
	});

	test('the flat file was read by a shell, to which it was part of the word', () => {
		const { text } = importOlder('BACKUP_DIR=/s\nRESTIC_REPOSITORY=/r\nRESTIC_PASSWORD=hun#ter2\n', '/');
		expect(examine(text).config.repository.password).toMatchObject({ value: 'hun#ter2' });
	});

	test('a semicolon meant nothing to it', () => {
		const { text } = importOlder(older.replace('"se#cret \\d"', 'hun;ter2'), '/');
		expect(examine(text).config.repository.password).toMatchObject({ value: 'hun;ter2' });
	});
});

test('the flat file with its switches', () => {
	const { text, keys } = importOlder(
		'BACKUP_DIR=/s\nRESTIC_REPOSITORY=/r\nRESTIC_PASSWORD_FILE=/p\nENABLE_PASSWORD_FILE=false\nRESTIC_PASSWORD=x\n',
		'/',
	);
	expect(keys.map(({ outcome }) => outcome)).toEqual(['renamed', 'taken', 'dropped', 'dropped', 'taken']);
	expect(examine(text).config.repository.password).toEqual({ kind: 'value', value: 'x' });
	expect(text).toContain('# RESTIC_PASSWORD_FILE=/p');
});

test('a value of today that is not valid is kept as a comment, not written', () => {
	const { text, keys } = importOlder(
		'[docker]\nSTACKS_DIR=/s\nTIMEOUT=soon\n[docker]\nSTACKS_DIR=/t\nbroken\n',
		'/',
	);
	expect(keys).toMatchObject([
		{ outcome: 'renamed' },
		{ outcome: 'dropped', note: expect.stringContaining('soon') },
		{ outcome: 'dropped', note: expect.stringContaining('twice') },
		{ line: 6, outcome: 'dropped' },
	]);
	for (const kept of ['TIMEOUT=soon', 'STACKS_DIR=/t', 'broken']) expect(text).toContain(kept);
});

test('whatever the older file holds, every line is reported and the result has no line that is not understood', () => {
	const line = fc.oneof(
		fc.constantFrom('[docker]', '[local_backup]', '[cloud_sync]', '[x]'),
		fc
			.tuple(
				fc.constantFrom('STACKS_DIR', 'PASSWORD', 'KEEP_DAILY', 'BANDWIDTH', 'FOO', 'AUTO_PRUNE', 'HOSTNAME'),
				fc.string({ unit: 'binary', maxLength: 20 }),
			)
			.map(([key, value]) => `${key}=${value.replaceAll(/[\r\n]/g, '')}`),
		fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
	);
	fc.assert(
		fc.property(fc.array(line, { maxLength: 15 }), (lines) => {
			const { text, keys } = importOlder(lines.join('\n'), '/base');
			const meaningful = lines.filter((each) => !/^\s*(?:$|[#;]|\[)/.test(each.replace(/^\ufeff/, '')));
			expect(keys.length).toBeGreaterThanOrEqual(meaningful.length);
			expect(errorsOf(examine(text)).filter((error) => !/must be set|no snapshot/.test(error))).toEqual([]);
		}),
		{ numRuns: 500 },
	);
}, 60_000);
