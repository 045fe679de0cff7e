import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cronFileName, cronTime } from './cron.ts';
import type { ScheduleHost } from './host.ts';
import { type Systemctl, systemdTime } from './systemctl.ts';
import { nextDaily } from './time-of-day.ts';
import { timerUnit } from './units.ts';

/** When backups run by themselves. Times are ISO, UTC. */
export interface ScheduleStatus {
	readonly kind: 'timer' | 'cron' | 'none';
	/** Whether it will start a backup. */
	readonly enabled: boolean;
	/** The unit or cron file. */
	readonly file?: string;
	/** When it is due, in systemd's words; cron: a time of day. */
	readonly calendar?: string;
	readonly nextRun?: string;
	/** From one run to the next, in ms. */
	readonly everyMs?: number;
	/** When the timer started something last. */
	readonly lastStart?: string;
	/** What is wrong with it, in one sentence. */
	readonly problem?: string;
}

/** Looks at the files and asks systemd, when it runs. Never throws for what it finds. */
export async function readSchedule(host: ScheduleHost): Promise<ScheduleStatus> {
	const cron = readCron(host);
	const timer = await readTimer(host);
	if (timer !== undefined && (timer.enabled || cron === undefined)) {
		if (cron === undefined || !timer.enabled) return timer;
		return { ...timer, problem: `${cron.file} schedules backups as well: they run twice` };
	}
	return cron ?? { kind: 'none', enabled: false };
}

async function readTimer(host: ScheduleHost): Promise<ScheduleStatus | undefined> {
	const file = [host.unitDirectory, ...host.packagedUnits]
		.map((directory) => join(directory, timerUnit))
		.find((path) => existsSync(path));
	if (file === undefined) return undefined;
	const calendar = /^OnCalendar=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
	const base = { kind: 'timer', file, ...(calendar === undefined ? {} : { calendar }) } as const;
	const written = file.startsWith(`${host.unitDirectory}/`);
	if (host.systemctl === undefined && !written) return undefined;
	if (host.systemctl === undefined)
		return { ...base, enabled: false, problem: 'systemd does not run here: nothing starts the timer' };
	const shown = await host.systemctl.show(timerUnit, [
		'ActiveState',
		'UnitFileState',
		'NextElapseUSecRealtime',
		'LastTriggerUSec',
	]);
	const next = systemdTime(shown.NextElapseUSecRealtime);
	const last = systemdTime(shown.LastTriggerUSec);
	const enabled = shown.ActiveState === 'active';
	// A package's timer that nobody turned on is no schedule.
	if (!written && !enabled && !shown.UnitFileState?.startsWith('enabled')) return undefined;
	const problem = timerProblem(enabled, shown.UnitFileState);
	const everyMs = calendar === undefined ? undefined : await interval(host.systemctl, calendar);
	return {
		...base,
		enabled,
		...(everyMs === undefined ? {} : { everyMs }),
		...(next === undefined ? {} : { nextRun: next.toISOString() }),
		...(last === undefined ? {} : { lastStart: last.toISOString() }),
		...(problem === undefined ? {} : { problem }),
	};
}

const dayMs = 86_400_000;

async function interval(systemctl: Systemctl, calendar: string): Promise<number | undefined> {
	if (/^\*-\*-\* \d\d:\d\d:\d\d$/.test(calendar)) return dayMs;
	const [first, second] = await systemctl.nextTimes(calendar).catch(() => []);
	return first === undefined || second === undefined ? undefined : second.getTime() - first.getTime();
}

function timerProblem(active: boolean, fileState: string | undefined): string | undefined {
	const enable = `systemctl enable --now ${timerUnit}`;
	if (fileState === undefined) return 'systemd did not answer';
	if (!active) return `the timer is off: ${enable}`;
	return fileState.startsWith('enabled') ? undefined : `the timer will be off after a reboot: ${enable}`;
}

function readCron(host: ScheduleHost): ScheduleStatus | undefined {
	const file = join(host.cronDirectory, cronFileName);
	if (!existsSync(file)) return undefined;
	const time = cronTime(readFileSync(file, 'utf8'));
	if (time === undefined) return { kind: 'cron', enabled: true, file };
	const two = (value: number) => String(value).padStart(2, '0');
	return {
		kind: 'cron',
		enabled: true,
		file,
		calendar: `daily at ${two(time.hour)}:${two(time.minute)}`,
		everyMs: dayMs,
		nextRun: nextDaily(time, host.now()).toISOString(),
	};
}
