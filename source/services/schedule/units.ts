import { unitPath, unitWord } from './unit-word.ts';

/** What the units are made from. */
export interface UnitOptions {
	/** How the program is started, absolute. */
	readonly program: readonly string[];
	/** Absolute path of the configuration. */
	readonly configFile: string;
	/** Given to the program as `--config`; without it the program finds the file itself. */
	readonly nameConfig: boolean;
	/** When a backup is due, as systemd.time(7) writes it. */
	readonly calendar: string;
	/** The start is put off by a random time up to so many minutes, so that many hosts do not start at once. */
	readonly delayMinutes: number;
	/** Sync to the remotes after the backup. */
	readonly sync: boolean;
	/** What starts the units: the system, or a person's own service manager. */
	readonly owner: 'system' | 'user';
}

/** A file of a schedule: its base name and text. */
export interface ScheduleFile {
	readonly name: string;
	readonly text: string;
}

export const serviceUnit = 'backup-tui.service';
export const timerUnit = 'backup-tui.timer';
export const recoverUnit = 'backup-tui-recover.service';

/** How long a scheduled backup waits for a run that is going on, in seconds. */
const scheduledLockWait = 7200;

/** The service, its timer, and the unit that starts at boot what a killed run left down. */
export function unitFiles(options: UnitOptions): readonly ScheduleFile[] {
	return [
		{ name: serviceUnit, text: service(options) },
		{ name: timerUnit, text: timer(options) },
		{ name: recoverUnit, text: recover(options) },
	];
}

/** The arguments of the scheduled backup. */
export function scheduledArguments(options: Pick<UnitOptions, 'configFile' | 'nameConfig' | 'sync'>) {
	const config = options.nameConfig ? ['--config', options.configFile] : [];
	const sync = options.sync ? ['--sync'] : [];
	return ['backup', ...config, '--no-input', `--lock-wait=${scheduledLockWait}`, ...sync];
}

const header = '# Written by backup-tui. Change it with: systemctl edit NAME, or backup-tui schedule install';

// mixed: only the program itself is told to end. It then brings up what it has taken down, for which it needs its
// children. No Nice= and no idle I/O class: a stack waits for the copy.
function service(options: UnitOptions): string {
	return unit({
		Unit: [
			'Description=Back up Docker Compose stacks',
			'Documentation=man:backup-tui(8)',
			...whereDockerRuns(options),
			`After=${recoverUnit}`,
			`ConditionPathExists=${unitPath(options.configFile)}`,
		],
		Service: [
			'Type=oneshot',
			`ExecStart=${commandLine(options.program, scheduledArguments(options))}`,
			...running(options, '30min'),
		],
	});
}

function timer({ calendar, delayMinutes }: UnitOptions): string {
	return unit({
		Unit: ['Description=When Docker Compose stacks are backed up', 'Documentation=man:backup-tui(8)'],
		Timer: [
			`OnCalendar=${calendar}`,
			'# A backup that was due while the machine was off is made up for.',
			'Persistent=true',
			`RandomizedDelaySec=${delayMinutes}min`,
			'AccuracySec=1min',
			`Unit=${serviceUnit}`,
		],
		Install: ['WantedBy=timers.target'],
	});
}

function recover(options: UnitOptions): string {
	const config = options.nameConfig ? ['--config', options.configFile] : [];
	const target = options.owner === 'system' ? 'multi-user.target' : 'default.target';
	return unit({
		Unit: [
			'Description=Start the stacks that an interrupted backup left down',
			'Documentation=man:backup-tui(8)',
			...whereDockerRuns(options),
			`ConditionPathExists=${unitPath(options.configFile)}`,
		],
		Service: [
			'Type=oneshot',
			`ExecStart=${commandLine(options.program, ['recover', ...config, '--no-input', '--lock-wait=600'])}`,
			...running(options, '10min'),
		],
		Install: [`WantedBy=${target}`],
	});
}

/** After docker.service also means: stopped before it when the machine goes down. A user's manager has no such units. */
function whereDockerRuns({ owner }: UnitOptions): string[] {
	if (owner === 'user') return [];
	return ['Wants=docker.service network-online.target', 'After=docker.service network-online.target'];
}

function running({ owner }: UnitOptions, stop: string): string[] {
	// Naming root makes systemd set HOME, where ssh and rclone keep their configuration.
	const user = owner === 'system' ? ['User=root'] : [];
	return [...user, 'TimeoutStartSec=infinity', `TimeoutStopSec=${stop}`, 'KillMode=mixed', ...hardening];
}

/**
 * Nothing here that needs a mount namespace of its own (Protect*, Private*): mounts that Docker makes for a volume
 * while the backup runs must be seen. Nothing that forbids writable code: Node compiles at run time.
 */
const hardening = [
	'UMask=0077',
	'NoNewPrivileges=yes',
	'LockPersonality=yes',
	'RestrictRealtime=yes',
	'RestrictNamespaces=yes',
	'KeyringMode=private',
	'LimitCORE=0',
];

function commandLine(program: readonly string[], args: readonly string[]): string {
	return [...program, ...args].map(unitWord).join(' ');
}

function unit(sections: Readonly<Record<string, readonly string[]>>): string {
	const blocks = Object.entries(sections).map(([name, lines]) => [`[${name}]`, ...lines].join('\n'));
	return `${[header, ...blocks].join('\n\n')}\n`;
}
