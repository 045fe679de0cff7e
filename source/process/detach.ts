import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';

/** A program that shall outlive whoever starts it. */
export interface DetachedCommand {
	/** Absolute. */
	readonly file: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Where its output goes; made anew, 0600. */
	readonly outputFile: string;
	/** Name of the systemd unit, where there is systemd. */
	readonly unit: string;
}

export interface DetachedProcess {
	/** Of the program, or of systemd-run; undefined when it could not be started. */
	readonly pid: number | undefined;
	/** Resolves with the exit code once it is gone, null for a signal or when it could not be started. */
	readonly ended: Promise<number | null>;
	readonly by: 'systemd' | 'session';
}

const systemdRun = '/usr/bin/systemd-run';

/** Only root has the system's manager; a user's own ends with the last login, so that it would protect nothing. */
function hasSystemd(): boolean {
	return process.getuid?.() === 0 && existsSync('/run/systemd/system') && existsSync(systemdRun);
}

function launch(file: string, args: readonly string[], command: DetachedCommand, by: DetachedProcess['by']) {
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
	const output = openSync(command.outputFile, flags, 0o600);
	try {
		const child = spawn(file, [...args], {
			cwd: '/',
			env: { ...command.env },
			detached: true,
			stdio: ['ignore', output, output],
		});
		const ended = new Promise<number | null>((resolve) => {
			child.once('error', () => resolve(null));
			child.once('exit', (code) => resolve(code));
		});
		child.unref();
		return { pid: child.pid, ended, by };
	} finally {
		closeSync(output);
	}
}

/**
 * Starts a program so that neither a closed terminal nor a killed login takes it along: as a transient unit of systemd
 * where that runs (logind may kill whole login sessions), else in a session of its own.
 *
 * @see systemd-run(1): `--setenv=NAME` without a value hands on the caller's, so that no value is in an argument
 */
export async function startDetached(command: DetachedCommand): Promise<DetachedProcess> {
	if (hasSystemd()) {
		const args = [
			'--quiet',
			'--collect',
			'--wait',
			'--service-type=exec',
			`--unit=${command.unit}`,
			`--property=StandardOutput=truncate:${command.outputFile}`,
			`--property=StandardError=append:${command.outputFile}`,
			'--property=KillMode=mixed',
			...Object.keys(command.env).map((name) => `--setenv=${name}`),
			'--',
			command.file,
			...command.args,
		];
		const started = launch(systemdRun, args, command, 'systemd');
		// It refuses at once when it cannot (no bus in a container, an older version): then a session has to do.
		const refused = await Promise.race([
			started.ended.then((code) => code !== 0),
			new Promise<false>((resolve) => setTimeout(resolve, 300, false)),
		]);
		if (!refused) return started;
	}
	return launch(command.file, command.args, command, 'session');
}
