import { parseTimeOfDay, type TimeOfDay } from './time-of-day.ts';
import { cronWord } from './unit-word.ts';
import { type ScheduleFile, scheduledArguments, type UnitOptions } from './units.ts';

export interface CronOptions extends Pick<UnitOptions, 'program' | 'configFile' | 'nameConfig' | 'sync'> {
	readonly time: TimeOfDay;
}

/** cron reads only names of letters, digits, `-` and `_` in /etc/cron.d. */
export const cronFileName = 'backup-tui';

/** A line for a person's crontab. cron mails what is printed, so it is told to print only what went wrong. */
export function cronLine(options: CronOptions): string {
	return `${when(options.time)} ${command(options)}`;
}

/** The file for /etc/cron.d: its lines name the user. */
export function cronFile(options: CronOptions): ScheduleFile {
	const recover = [...options.program, 'recover', ...configFlag(options), '--no-input', '--quiet'];
	const lines = [
		'# Written by backup-tui schedule install --cron.',
		`${when(options.time)} root ${command(options)}`,
		'# Starts what a killed run left down. Docker may take a minute after boot.',
		`@reboot root sleep 60; ${recover.map(cronWord).join(' ')}`,
	];
	return { name: cronFileName, text: `${lines.join('\n')}\n` };
}

/** The daily time that a file of ours holds, or undefined when someone made something else of it. */
export function cronTime(text: string): TimeOfDay | undefined {
	const [, minute, hour] = /^(\d+) (\d+) \* \* \* /m.exec(text) ?? [];
	if (minute === undefined) return undefined;
	return parseTimeOfDay(`${hour}:${minute.padStart(2, '0')}`);
}

const when = ({ hour, minute }: TimeOfDay) => `${minute} ${hour} * * *`;

const configFlag = ({ nameConfig, configFile }: CronOptions) => (nameConfig ? ['--config', configFile] : []);

function command(options: CronOptions): string {
	return [...options.program, ...scheduledArguments(options), '--quiet'].map(cronWord).join(' ');
}
