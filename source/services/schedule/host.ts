import type { Systemctl } from './systemctl.ts';

/** The machine as a schedule sees it. */
export interface ScheduleHost {
	readonly owner: 'system' | 'user';
	/** Where unit files are written. */
	readonly unitDirectory: string;
	/** Where a package keeps its units: never written. */
	readonly packagedUnits: readonly string[];
	/** cron's directory of files with a user in each line. */
	readonly cronDirectory: string;
	/** The service manager, when it runs. */
	readonly systemctl: Systemctl | undefined;
	readonly now: () => Date;
}
