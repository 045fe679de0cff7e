import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorsOf, examine, minimal } from './examine.ts';

test('a minimal configuration has the defaults of the older program', () => {
	const { config, problems } = examine(minimal);
	expect(problems).toEqual([]);
	expect(config.docker).toMatchObject({ stacksDir: '/opt/stacks', timeoutSeconds: 300 });
	expect(config.repository).toMatchObject({
		location: '/mnt/repo',
		password: { kind: 'value', value: 'secret' },
		backupTimeoutSeconds: 3600,
		hostname: 'nas',
		keepDaily: 7,
		keepWeekly: 4,
		keepMonthly: 6,
		keepYearly: 2,
		autoPrune: true,
		verification: true,
		minDiskSpaceMb: 1024,
	});
	expect(config.remotes).toEqual([]);
	expect(config.secrets).toEqual(['secret']);
});

// CHECKLIST B22-B38: every name by which the older program knew a value.
test.each([
	['docker', 'DOCKER_STACKS_DIR', '/s'],
	['docker', 'STACKS_DIR', '/s'],
	['docker', 'DOCKER_TIMEOUT', '7'],
	['docker', 'TIMEOUT', '7'],
	['local_backup', 'RESTIC_REPOSITORY', '/r'],
	['local_backup', 'REPOSITORY', '/r'],
	['local_backup', 'RESTIC_PASSWORD', 'x'],
	['local_backup', 'PASSWORD', 'x'],
	['local_backup', 'RESTIC_PASSWORD_FILE', '/p'],
	['local_backup', 'PASSWORD_FILE', '/p'],
	['local_backup', 'RESTIC_PASSWORD_COMMAND', '/bin/pass x'],
	['local_backup', 'PASSWORD_COMMAND', '/bin/pass x'],
	['local_backup', 'BACKUP_TIMEOUT', '70'],
	['local_backup', 'TIMEOUT', '70'],
	['local_backup', 'HOSTNAME', 'h'],
	['local_backup', 'KEEP_DAILY', '1'],
	['local_backup', 'KEEP_WEEKLY', '1'],
	['local_backup', 'KEEP_MONTHLY', '1'],
	['local_backup', 'KEEP_YEARLY', '1'],
	['local_backup', 'AUTO_PRUNE', 'no'],
	['local_backup', 'ENABLE_VERIFICATION', 'off'],
	['local_backup', 'ENABLE_BACKUP_VERIFICATION', 'off'],
	['local_backup', 'VERIFICATION_DEPTH', 'data'],
	['local_backup', 'MIN_DISK_SPACE_MB', '5'],
	['cloud_sync', 'RCLONE_REMOTE', 'b2'],
	['cloud_sync', 'REMOTE', 'b2'],
	['cloud_sync', 'RCLONE_PATH', '/p'],
	['cloud_sync', 'PATH', '/p'],
	['cloud_sync', 'TRANSFERS', '2'],
	['cloud_sync', 'RCLONE_TRANSFERS', '2'],
	['cloud_sync', 'RETRIES', '2'],
	['cloud_sync', 'RCLONE_RETRIES', '2'],
	['cloud_sync', 'BANDWIDTH', '1M'],
	['cloud_sync', 'RCLONE_BANDWIDTH', '1M'],
	['cloud_sync', 'BANDWIDTH_LIMIT', '0'],
	['cloud_sync', 'SYNC_TIMEOUT', '600'],
])('[%s] %s is known, in any case', (section, key, value) => {
	for (const written of [key, key.toLowerCase()]) {
		const { problems, origins } = examine(`[${section}]\n${written}=${value}\n`);
		const about = problems.filter((problem) => problem.line === 2);
		expect(about).toEqual([]);
		expect(origins.filter(({ origin }) => origin.kind === 'file')).toHaveLength(1);
	}
});

test.each([
	'CHECK_SYSTEM_RESOURCES=true',
	'MEMORY_THRESHOLD_MB=1',
	'LOAD_THRESHOLD=1',
	'ENABLE_PERFORMANCE_MODE=1',
	'ENABLE_DOCKER_STATE_CACHE=1',
	'ENABLE_JSON_LOGGING=1',
	'ENABLE_PROGRESS_BARS=1',
	'ENABLE_METRICS_COLLECTION=1',
	'RCLONE_LOG_FILE=/x',
])('the older %s is accepted and said to have no effect', (line) => {
	const { problems } = examine(`${minimal}${line}\n`);
	expect(problems).toMatchObject([
		{ severity: 'warning', line: 6, message: expect.stringContaining('no effect') },
	]);
});

describe('what is wrong is reported in one go, with lines and nearest names', () => {
	test('all problems at once, in the order of the file', () => {
		const text = [
			'[docker]',
			'DOCKER_TIMOUT=3',
			'TIMEOUT=x',
			'timeout=4',
			'DOCKER_TIMEOUT=5',
			'KEEP_DAILY=3',
			'[stak:a]',
			'METHOD=stop',
			'[local_backup]',
			'verification_depth=file',
		].join('\n');
		const { problems } = examine(text);
		expect(problems.map(({ line, message, hint }) => [line, message, hint])).toEqual([
			[2, 'unknown key', 'did you mean DOCKER_TIMEOUT?'],
			[3, expect.stringContaining('must be a number of seconds'), undefined],
			[4, 'is set already on line 3', expect.anything()],
			[5, 'is the same key as TIMEOUT on line 3', expect.anything()],
			[6, 'is not a key of this section', 'it belongs into [local_backup]'],
			[7, 'unknown section [stak:a]', 'did you mean [stack:NAME]?'],
			[10, 'must be one of metadata, files, data, not file', 'did you mean files?'],
			[undefined, 'must be set', expect.stringContaining('/opt/stacks')],
			[undefined, 'must be set', expect.anything()],
		]);
	});

	test.each([
		['[dokcer]', 'did you mean [docker]?'],
		['[local-backup]', 'did you mean [local_backup]?'],
		['[stack]', 'did you mean [stack:NAME]?'],
		['[stack my.app]', 'did you mean [stack:NAME]?'],
		['[cloud-sync:nas]', 'did you mean [cloud_sync:NAME]?'],
	])('%s', (section, hint) => {
		expect(examine(section).problems).toContainEqual(expect.objectContaining({ line: 1, hint }));
	});

	test('keys before the first section are not ignored', () => {
		expect(errorsOf(examine(`METHOD=stop\n${minimal}`))).toEqual([
			'1 METHOD stands before the first [section]',
		]);
	});

	test('retention that keeps nothing is refused', () => {
		const zero = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].map((period) => `KEEP_${period}=0`).join('\n');
		expect(errorsOf(examine(`${minimal}${zero}\n`))).toEqual([
			expect.stringContaining('no snapshot would be kept'),
		]);
	});
});

describe('a password that could be meant in two ways is an error', () => {
	test.each([
		'PASSWORD=ab#cd',
		'PASSWORD=ab;cd',
		'PASSWORD=abc # my password',
		`PASSWORD="a"b"`,
		"PASSWORD='open",
		"PASSWORD='  '",
	])('%s', (line) => {
		const { problems } = examine(minimal.replace('PASSWORD=secret', line));
		expect(problems).toMatchObject([{ severity: 'error', line: 5 }]);
		expect(JSON.stringify(problems)).not.toMatch(/ab|cd|open/);
	});

	test.each([
		["PASSWORD='ab#cd;e'", 'ab#cd;e'],
		['PASSWORD="ab#cd" # comment', 'ab#cd'],
		["PASSWORD='$(touch pwned)'", '$(touch pwned)'],
		['PASSWORD=true', 'true'],
		['PASSWORD=null', 'null'],
		["PASSWORD='1e5'", '1e5'],
	])('%s is taken as %s', (line, value) => {
		const { config, problems } = examine(minimal.replace('PASSWORD=secret', line));
		expect(problems).toEqual([]);
		expect(config.repository.password).toEqual({ kind: 'value', value });
	});

	test('elsewhere a comment after a blank is fine, and a cut word is an error', () => {
		const { problems, config } = examine(`${minimal}KEEP_DAILY=3 # days\nHOSTNAME=na#s\n`);
		expect(config.repository).toMatchObject({ keepDaily: 3, hostname: 'na' });
		expect(problems).toMatchObject([{ severity: 'error', line: 7, key: 'HOSTNAME' }]);
	});

	test.each([
		['EXCLUDE', '@eaDir, #recycle'],
		['EXCLUDE', '@eaDir, # recycle'],
		['RESTIC_REPOSITORY', '/mnt/disk #2'],
		['RESTIC_REPOSITORY', '/mnt/a;b'],
		['CACHE_DIR', '/var/cache/x ;1'],
	])('F18: %s=%s is not cut without a word', (key, value) => {
		const section = key === 'CACHE_DIR' ? '[paths]\n' : '';
		const { problems } = examine(
			`${minimal.replace(/^REPOSITORY.*\n/m, key === 'RESTIC_REPOSITORY' ? '' : '$&')}${section}${key}=${value}\n`,
		);
		const [rest = ''] = /[#;].*/.exec(value) ?? [];
		expect(problems).toMatchObject([{ severity: 'error', key, message: expect.stringContaining(rest) }]);
	});

	test('F18: what is quoted within a value belongs to it', () => {
		const { config, problems } = examine(
			`${minimal.replace('PASSWORD=secret\n', '')}PASSWORD_COMMAND=sh -c 'a; b' # how\n`,
		);
		expect(problems).toEqual([]);
		expect(config.repository.password).toEqual({ kind: 'command', argv: ['sh', '-c', 'a; b'] });
	});

	test('F19: blanks around a password are an error of the configuration', () => {
		const { problems } = examine(`${minimal.replace('=secret', "=' blank '")}`);
		expect(problems).toMatchObject([{ severity: 'error', key: 'PASSWORD' }]);
	});
});

describe('which password source counts', () => {
	const file = `${minimal}PASSWORD_FILE=/p\nPASSWORD_COMMAND=/bin/pass "a b"\n`;

	test('file before command before value, and the others are said to be unused', () => {
		const { config, problems } = examine(file);
		expect(config.repository.password).toEqual({ kind: 'file', path: '/p' });
		expect(problems.map(({ severity, key }) => [severity, key])).toEqual([
			['warning', 'PASSWORD'],
			['warning', 'PASSWORD_COMMAND'],
		]);
	});

	test('a command is an argument vector', () => {
		const { config } = examine(`${minimal.replace('PASSWORD=secret', '')}PASSWORD_COMMAND=/bin/pass "a b"\n`);
		expect(config.repository.password).toEqual({ kind: 'command', argv: ['/bin/pass', 'a b'] });
	});

	test('what the environment sets outranks the file as a whole', () => {
		const { config } = examine(file, { env: { RESTIC_PASSWORD: 'from env' } });
		expect(config.repository.password).toEqual({ kind: 'value', value: 'from env' });
		expect(config.secrets).toContain('from env');
	});

	test('a systemd credential only when nothing is set', () => {
		const credential = '/run/credentials/x/restic-password';
		const without = minimal.replace('PASSWORD=secret', '');
		expect(examine(without, { credential }).config.repository.password).toEqual({
			kind: 'file',
			path: credential,
		});
		expect(examine(minimal, { credential }).config.repository.password).toMatchObject({ kind: 'value' });
		expect(examine(without).config.repository.password).toEqual({ kind: 'none' });
	});
});

describe('environment and flags', () => {
	test('flag over environment over file over default, each with its origin', () => {
		const text = `${minimal}[cloud_sync]\nREMOTE=b2\nBANDWIDTH=1M\nTRANSFERS=2\nRETRIES=2\n`;
		const { origins, config } = examine(text, {
			env: { BACKUP_TUI_BANDWIDTH: '2M', BACKUP_TUI_RCLONE_TRANSFERS: '3' },
			flags: { BANDWIDTH: '3M' },
		});
		expect(config.remotes).toMatchObject([{ bandwidth: '3M', transfers: 3, retries: 2, maxDelete: '10%' }]);
		const origin = (key: string) =>
			origins.find((entry) => entry.section === 'cloud_sync' && entry.key === key)?.origin;
		expect(origin('BANDWIDTH')).toEqual({ kind: 'flag', detail: '' });
		expect(origin('TRANSFERS')).toEqual({ kind: 'environment', detail: 'BACKUP_TUI_RCLONE_TRANSFERS' });
		expect(origin('RETRIES')).toEqual({ kind: 'file', detail: 'line 10' });
		expect(origin('MAX_DELETE')).toEqual({ kind: 'default', detail: '' });
	});

	test("restic's own variables count, ours outrank them", () => {
		const env = { RESTIC_REPOSITORY: '/from/restic', BACKUP_TUI_RESTIC_REPOSITORY: '/from/ours' };
		expect(examine(minimal, { env }).config.repository.location).toBe('/from/ours');
		expect(examine(minimal, { env: { RESTIC_REPOSITORY: '/r' } }).config.repository.location).toBe('/r');
	});

	test('a misspelt or ambiguous variable is an error with the right names', () => {
		const env = { BACKUP_TUI_STAT_DIR: '/x', BACKUP_TUI_TIMEOUT: '3' };
		expect(examine(minimal, { env }).problems).toMatchObject([
			{ key: 'BACKUP_TUI_STAT_DIR', hint: 'did you mean BACKUP_TUI_STATE_DIR?' },
			{ key: 'BACKUP_TUI_TIMEOUT', hint: 'write BACKUP_TUI_DOCKER_TIMEOUT or BACKUP_TUI_BACKUP_TIMEOUT' },
		]);
	});

	test('variables of the program itself and of others are left alone', () => {
		const env = { BACKUP_TUI_CONFIG: '/x', BACKUP_TUI_RUN: 'r/1', HOSTNAME: 'no', TIMEOUT: 'no' };
		const { problems, config } = examine(minimal, { env });
		expect(problems).toEqual([]);
		expect(config.repository.hostname).toBe('nas');
	});

	test('a bad value in the environment names the variable', () => {
		const { problems } = examine(minimal, { env: { BACKUP_TUI_KEEP_DAILY: 'many' } });
		expect(problems).toMatchObject([{ severity: 'error', key: 'BACKUP_TUI_KEEP_DAILY' }]);
	});
});

describe('stacks', () => {
	const text = `${minimal}EXCLUDE=*.tmp\nWARM=never\n[docker]\nMETHOD=stop\n[stack:my.app]\nMETHOD=pause\nEXCLUDE=cache, *.tmp\nTIMEOUT=9\n`;

	test('a section counts for its stack, over the general settings; excludes add up', () => {
		const { config } = examine(text);
		expect(config.stack('my.app')).toMatchObject({
			method: 'pause',
			warm: 'never',
			timeoutSeconds: 9,
			exclude: ['*.tmp', 'cache'],
		});
		expect(config.stack('other')).toMatchObject({ method: 'stop', timeoutSeconds: 300, exclude: ['*.tmp'] });
		expect(config.stackSections).toEqual(['my.app']);
	});

	test('names with blanks, dots and capitals', () => {
		const { config, problems } = examine(
			`${minimal}[stack:My App]\nMETHOD=none\n[Stack: ünï.cødé]\nMETHOD=stop\n`,
		);
		expect(problems).toEqual([]);
		expect(config.stack('My App').method).toBe('none');
		expect(config.stack('ünï.cødé').method).toBe('stop');
	});

	test('a section that comes twice is merged and said', () => {
		const { config, problems } = examine(`${minimal}[stack:a]\nMETHOD=none\n[stack:a]\nWARM=never\n`);
		expect(config.stack('a')).toMatchObject({ method: 'none', warm: 'never' });
		expect(problems).toMatchObject([{ severity: 'warning', line: 8 }]);
	});
});

describe('remotes', () => {
	test('further ones take what they do not set from the first, except where they are', () => {
		const { config, problems } = examine(
			`${minimal}[cloud_sync]\nREMOTE=b2\nPATH=/a\nTRANSFERS=9\n[cloud_sync:disk]\nREMOTE=/mnt/second\n[cloud_sync:own]\nCOMMAND=/bin/push --all\n`,
		);
		expect(problems).toEqual([]);
		expect(config.remotes).toMatchObject([
			{ name: 'default', remote: 'b2', path: '/a', transfers: 9 },
			{ name: 'disk', remote: '/mnt/second', path: '/backup/restic', transfers: 9, command: [] },
			{ name: 'own', remote: '', command: ['/bin/push', '--all'] },
		]);
	});

	test('a remote without a place, with two, or with a bad name is refused', () => {
		const errors = errorsOf(
			examine(
				`${minimal}[cloud_sync:a]\nTRANSFERS=1\n[cloud_sync:b]\nREMOTE=x\nCOMMAND=/y\n[cloud_sync:-c]\nREMOTE=x\n`,
			),
		);
		expect(errors).toEqual([
			'11 -c cannot be the name of a remote',
			'needs RCLONE_REMOTE or SYNC_COMMAND',
			'RCLONE_REMOTE and SYNC_COMMAND are both set',
		]);
	});
});

test('secrets are masked in what is shown, and known to be secrets', () => {
	const text = minimal
		.replace('/mnt/repo', 'rest:https://me:h%40nter2@host/')
		.replace('=secret', "='canary'");
	const { origins, config } = examine(text, { env: { BACKUP_TUI_RESTIC_PASSWORD: 'canary2' } });
	expect(JSON.stringify(origins)).not.toMatch(/canary|h%40nter2|h@nter2/);
	expect(JSON.stringify(origins)).toContain('https://me:********@host/');
	expect(config.secrets).toEqual(['canary2', 'h%40nter2', 'h@nter2']);
});

describe('where everything lies', () => {
	test('root', () => {
		expect(examine(minimal).config.paths).toEqual({
			configFile: '/etc/backup-tui/config.ini',
			dirlist: '/etc/backup-tui/dirlist',
			stateDir: '/var/lib/backup-tui',
			logDir: '/var/log/backup-tui',
			runDir: '/run/backup-tui',
			cacheDir: '/var/cache/backup-tui',
		});
	});

	test('another user, with XDG variables that are absolute', () => {
		const configFile = '/home/user/.config/backup-tui/config.ini';
		const env = { XDG_RUNTIME_DIR: '/run/user/1000', XDG_CACHE_HOME: 'relative' };
		expect(examine(minimal, { configFile, uid: 1000, env }).config.paths).toMatchObject({
			dirlist: '/home/user/.config/backup-tui/dirlist',
			stateDir: '/home/user/.local/state/backup-tui',
			runDir: '/run/user/1000/backup-tui',
			cacheDir: '/home/user/.cache/backup-tui',
		});
	});

	test('self-contained, the same before and after the first run has written a dirlist', () => {
		const configFile = '/srv/backup/config.ini';
		const before = examine(minimal, { configFile }).config.paths;
		const after = examine(minimal, { configFile, existing: ['/srv/backup/dirlist', '/srv/backup/state'] })
			.config.paths;
		expect(before).toEqual(after);
		expect(before).toMatchObject({
			dirlist: '/srv/backup/dirlist',
			stateDir: '/srv/backup/state',
			runDir: '/srv/backup/state/run',
		});
	});

	test('the older layout: config/ below the base, .dirlist taken when there is no dirlist', () => {
		const configFile = '/opt/backup/config/config.ini';
		expect(examine(minimal, { configFile }).config.paths.dirlist).toBe('/opt/backup/dirlist');
		const existing = ['/opt/backup/.dirlist'];
		expect(examine(minimal, { configFile, existing }).config.paths.dirlist).toBe('/opt/backup/.dirlist');
	});

	test('STATE_DIR takes logs, locks and cache with it, each can be set by itself', () => {
		const { paths } = examine(`${minimal}[paths]\nSTATE_DIR=/data\nRUN_DIR=/run/x\n`).config;
		expect(paths).toMatchObject({
			stateDir: '/data',
			logDir: '/data/log',
			runDir: '/run/x',
			cacheDir: '/data/cache',
		});
	});
});

test('no text crashes the reader, and what has no errors has a password, places and numbers', () => {
	const line = fc.oneof(
		fc.constantFrom(
			'[docker]',
			'[local_backup]',
			'[stack:a.b]',
			'[cloud_sync:x]',
			'[paths]',
			'STACKS_DIR=/s',
			'REPOSITORY=/r',
		),
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc
			.tuple(
				fc.constantFrom('KEEP_DAILY', 'METHOD', 'EXCLUDE', 'PASSWORD', 'STATE_DIR'),
				fc.string({ maxLength: 20 }),
			)
			.map(([key, value]) => `${key}=${value}`),
	);
	fc.assert(
		fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
			const examined = examine(lines.join('\n'));
			if (errorsOf(examined).length > 0) return;
			expect(examined.config.docker.stacksDir).toMatch(/^\//);
			expect(examined.config.repository.keepDaily).toBeGreaterThanOrEqual(0);
		}),
		{ numRuns: 500 },
	);
}, 60_000);
