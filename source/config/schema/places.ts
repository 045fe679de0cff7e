import type { SectionKeys } from './key.ts';

/** `[paths]`: where the program keeps its own files. */
export const paths = {
	DIRLIST: {
		type: 'path',
		default: '',
		example: '/etc/backup-tui/dirlist',
		doc: 'The list of stacks that are on or off; empty = `dirlist` beside the configuration file.',
	},
	STATE_DIR: {
		type: 'path',
		default: '',
		example: '/var/lib/backup-tui',
		doc: 'Runs, journal and history. When it is set, logs, locks and cache go below it too.',
	},
	LOG_DIR: { type: 'path', default: '', example: '/var/log/backup-tui', doc: 'Log files of runs.' },
	RUN_DIR: {
		type: 'path',
		default: '',
		example: '/run/backup-tui',
		doc: 'Locks and password files while a run goes on. Only the owner can enter it.',
	},
	CACHE_DIR: {
		type: 'path',
		default: '',
		example: '/var/cache/backup-tui',
		doc: "restic's cache; it can be deleted at any time.",
	},
} as const satisfies SectionKeys;

const tool = (name: string) =>
	({
		type: 'path',
		default: '',
		example: `/usr/bin/${name}`,
		doc: `Path of ${name}; empty = looked up.`,
	}) as const;

/** `[tools]`: the outside programs. */
export const tools = {
	DOCKER: tool('docker'),
	RESTIC: tool('restic'),
	RCLONE: tool('rclone'),
} as const satisfies SectionKeys;

/** `[restore]` */
export const restore = {
	RESTORE_DIR: {
		type: 'path',
		aliases: ['RCLONE_RESTORE_DIR'],
		default: '',
		example: '/srv/restore',
		doc: 'Where `restore` puts a repository fetched from a remote, in a dated directory; empty = below the state directory.',
	},
	RESTORE_TIMEOUT: {
		type: 'duration',
		default: '4h',
		unit: 'seconds',
		min: 60,
		max: 2_592_000,
		doc: 'Limit for one restore.',
	},
} as const satisfies SectionKeys;

/** `[logging]` */
export const logging = {
	LOG_LEVEL: {
		type: 'enum',
		values: ['debug', 'info', 'warn', 'error'],
		default: 'info',
		doc: 'What goes into the log files.',
	},
	KEEP_RUNS: {
		type: 'integer',
		default: '200',
		unit: 'runs',
		min: 1,
		max: 100_000,
		doc: 'Runs whose events and log are kept.',
	},
	KEEP_RUN_DAYS: {
		type: 'integer',
		default: '90',
		unit: 'days',
		min: 1,
		max: 36_500,
		doc: 'Days for which they are kept.',
	},
} as const satisfies SectionKeys;
