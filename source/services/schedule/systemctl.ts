import { BackupTuiError } from '../../errors.ts';
import type { ProcessRunner } from '../../process/command.ts';

/** The service manager: the system's, or a person's own. */
export interface Systemctl {
	/** Throws `internal` with what systemctl said. */
	run(args: readonly string[]): Promise<void>;
	/** Properties of a unit by name; empty when it cannot be asked. */
	show(unit: string, properties: readonly string[]): Promise<Readonly<Record<string, string>>>;
	/** The next two times of an OnCalendar expression. Throws `usage` when it is none. */
	nextTimes(calendar: string): Promise<readonly Date[]>;
}

export interface SystemctlOptions {
	readonly runner: ProcessRunner;
	/** Absolute paths. */
	readonly file: string;
	readonly analyzeFile: string;
	readonly env: Readonly<Record<string, string>>;
	readonly owner: 'system' | 'user';
}

export function createSystemctl(options: SystemctlOptions): Systemctl {
	const { runner, file, analyzeFile, env, owner } = options;
	const scope = owner === 'user' ? ['--user'] : [];
	// Times are told in the zone of TZ, by every version of systemd.
	const common = { tool: 'systemd', env: { ...env, TZ: 'UTC' }, timeoutMs: 20_000 } as const;
	const call = (args: readonly string[], readOnly: boolean) =>
		runner.run({ ...common, file, args: [...scope, ...args], readOnly });
	return {
		run: async (args) => {
			const result = await call(args, false);
			if (result.exitCode === 0) return;
			const said = result.stderr.trim().split('\n').at(-1) ?? '';
			throw new BackupTuiError('internal', `systemctl ${args.join(' ')} failed: ${said}`, {
				detail: result.stderr,
				hint: 'the files are written; look with: systemctl status backup-tui.timer',
			});
		},
		show: async (unit, properties) => {
			const result = await call(['show', unit, '-p', properties.join(',')], true);
			if (result.exitCode !== 0) return {};
			const lines = result.stdout.split('\n').filter((line) => line.includes('='));
			return Object.fromEntries(
				lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
			);
		},
		nextTimes: async (calendar) => {
			// An expression is on the machine's clock: its own TZ.
			const args = ['calendar', '--iterations=2', calendar];
			const result = await runner.run({ ...common, env, file: analyzeFile, args, readOnly: true });
			if (result.exitCode !== 0)
				throw new BackupTuiError('usage', `${JSON.stringify(calendar)} is no calendar expression`, {
					hint: 'for example `Mon,Thu 03:00`; see systemd.time(7)',
					detail: result.stderr,
				});
			return result.stdout
				.split('\n')
				.map(systemdTime)
				.filter((time) => time !== undefined);
		},
	};
}

/** A time as `systemctl show` prints it in UTC, e.g. `Sun 2026-11-22 03:00:00 UTC`, or undefined for `n/a` or nothing. */
export function systemdTime(text: string | undefined): Date | undefined {
	const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC/.exec(text ?? '') ?? [];
	return day === undefined ? undefined : new Date(`${day}T${time}Z`);
}
