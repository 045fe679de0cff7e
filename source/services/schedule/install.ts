import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { cronFileName } from './cron.ts';
import type { ScheduleHost } from './host.ts';
import { recoverUnit, type ScheduleFile, serviceUnit, timerUnit } from './units.ts';

/** A file of the schedule and where it lies. */
export interface PlacedFile {
	/** Absolute. */
	readonly path: string;
	readonly text: string;
	/** What is there now: nothing, the very same, or something else. */
	readonly now: 'absent' | 'same' | 'different';
}

/** Where the files would go, and what is there. Writes nothing. */
export function place(directory: string, files: readonly ScheduleFile[]): readonly PlacedFile[] {
	return files.map(({ name, text }) => {
		const path = join(directory, name);
		const there = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
		return { path, text, now: there === undefined ? 'absent' : there === text ? 'same' : 'different' };
	});
}

/**
 * Writes the units and turns them on. The other way of scheduling is taken away: two would back up twice.
 *
 * @returns the commands given to systemctl; none when systemd does not run here
 * @throws no-permission, or what systemctl said
 */
export async function installUnits(
	host: ScheduleHost,
	files: readonly PlacedFile[],
): Promise<readonly string[]> {
	writeAll(files);
	removeFile(join(host.cronDirectory, cronFileName));
	if (host.systemctl === undefined) return [];
	const commands = [['daemon-reload'], ['enable', '--now', timerUnit], ['enable', recoverUnit]];
	for (const command of commands) await host.systemctl.run(command);
	return commands.map((command) => `systemctl ${command.join(' ')}`);
}

/** Writes cron's file; a timer of ours is taken away. */
export async function installCron(host: ScheduleHost, files: readonly PlacedFile[]): Promise<void> {
	writeAll(files);
	await removeUnits(host);
}

/** Every file of a schedule that `schedule remove` would take away. */
export function installedFiles(host: ScheduleHost): readonly string[] {
	return [
		...[timerUnit, serviceUnit, recoverUnit].map((name) => join(host.unitDirectory, name)),
		join(host.cronDirectory, cronFileName),
	].filter((path) => existsSync(path));
}

/** Turns the timer off and removes the files that were written. A package's own units stay, off. */
export async function removeSchedule(host: ScheduleHost): Promise<void> {
	await removeUnits(host);
	removeFile(join(host.cronDirectory, cronFileName));
}

async function removeUnits(host: ScheduleHost): Promise<void> {
	const units = [timerUnit, recoverUnit, serviceUnit];
	const known = units.filter((name) =>
		[host.unitDirectory, ...host.packagedUnits].some((directory) => existsSync(join(directory, name))),
	);
	if (known.length === 0) return;
	// Before the files go: systemd then still knows what to turn off. A backup that is going on is left alone.
	await host.systemctl?.run(['disable', '--now', timerUnit]);
	await host.systemctl?.run(['disable', recoverUnit]);
	for (const name of units) removeFile(join(host.unitDirectory, name));
	await host.systemctl?.run(['daemon-reload']);
}

function writeAll(files: readonly PlacedFile[]): void {
	for (const { path, text } of files) {
		const temporary = `${path}.${process.pid}.tmp`;
		try {
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(temporary, text, { flag: 'wx' });
			chmodSync(temporary, 0o644);
			renameSync(temporary, path);
		} catch (error) {
			rmSync(temporary, { force: true });
			throw denied(path, 'written', error);
		}
	}
}

function removeFile(path: string): void {
	try {
		rmSync(path, { force: true });
	} catch (error) {
		throw denied(path, 'removed', error);
	}
}

function denied(path: string, what: string, cause: unknown): BackupTuiError {
	const message = cause instanceof Error ? cause.message : String(cause);
	return new BackupTuiError('no-permission', `${path} cannot be ${what}: ${message}`, {
		cause,
		hint: 'run it as root, or print the files and place them by hand: backup-tui schedule print',
	});
}
