import { type CronOptions, cronFile, cronLine } from './schedule/cron.ts';
import type { ScheduleHost } from './schedule/host.ts';
import {
	installCron,
	installedFiles,
	installUnits,
	type PlacedFile,
	place,
	removeSchedule,
} from './schedule/install.ts';
import { readSchedule, type ScheduleStatus } from './schedule/status.ts';
import { dailyCalendar, parseTimeOfDay } from './schedule/time-of-day.ts';
import { unitFiles } from './schedule/units.ts';

/** What a person asks for. */
export interface ScheduleRequest {
	readonly cron: boolean;
	/** Every day at this time, `03:00`. */
	readonly time: string;
	/** An OnCalendar expression instead of a time. */
	readonly calendar?: string;
	readonly delayMinutes: number;
	readonly sync: boolean;
}

/** A schedule that is not installed yet: its files, and the way to put them into place. */
export interface SchedulePlan {
	readonly files: readonly PlacedFile[];
	/** @returns the systemctl commands that were run */
	install(): Promise<readonly string[]>;
}

/** The use cases around running backups by themselves. */
export interface ScheduleService {
	/** Writes nothing. Throws `usage` for a time or expression that is none. */
	plan(request: ScheduleRequest): Promise<SchedulePlan>;
	/** The line for a person's crontab. Throws `usage`. */
	crontabLine(request: ScheduleRequest): string;
	status(): Promise<ScheduleStatus>;
	/** Files that `remove` would take away. */
	installed(): readonly string[];
	remove(): Promise<void>;
}

export interface ScheduleDeps extends Pick<CronOptions, 'program' | 'configFile' | 'nameConfig'> {
	readonly host: ScheduleHost;
}

export function createScheduleService(deps: ScheduleDeps): ScheduleService {
	const { host } = deps;
	const cronOptions = ({ time, sync }: ScheduleRequest): CronOptions => ({
		...deps,
		sync,
		time: parseTimeOfDay(time),
	});
	return {
		plan: async (request) => {
			if (request.cron) {
				const files = place(host.cronDirectory, [cronFile(cronOptions(request))]);
				return { files, install: async () => installCron(host, files).then(() => []) };
			}
			const calendar = request.calendar ?? dailyCalendar(parseTimeOfDay(request.time));
			if (request.calendar !== undefined) await host.systemctl?.nextTimes(calendar);
			const { sync, delayMinutes } = request;
			const units = unitFiles({ ...deps, calendar, delayMinutes, sync, owner: host.owner });
			const files = place(host.unitDirectory, units);
			return { files, install: () => installUnits(host, files) };
		},
		crontabLine: (request) => cronLine(cronOptions(request)),
		status: () => readSchedule(host),
		installed: () => installedFiles(host),
		remove: () => removeSchedule(host),
	};
}
