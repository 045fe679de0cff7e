import { BackupTuiError } from '../../errors.ts';

/** A time of day on the machine's clock. */
export interface TimeOfDay {
	readonly hour: number;
	readonly minute: number;
}

/** @throws `usage` unless the text is a 24-hour time such as `03:00` */
export function parseTimeOfDay(text: string): TimeOfDay {
	const [, hour, minute] = /^(\d{1,2}):(\d\d)$/.exec(text) ?? [];
	const time = { hour: Number(hour), minute: Number(minute) };
	if (hour !== undefined && time.hour < 24 && time.minute < 60) return time;
	throw new BackupTuiError('usage', `${JSON.stringify(text)} is no time of day`, {
		hint: 'write it as 03:00; for anything but daily: --calendar, see systemd.time(7)',
	});
}

/** As an OnCalendar expression: every day at that time. */
export function dailyCalendar({ hour, minute }: TimeOfDay): string {
	const two = (value: number) => String(value).padStart(2, '0');
	return `*-*-* ${two(hour)}:${two(minute)}:00`;
}

/** The next such time after `now`, on the machine's clock (a day with a change of clocks is 23 or 25 hours long). */
export function nextDaily({ hour, minute }: TimeOfDay, now: Date): Date {
	const at = (days: number) =>
		new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
	const today = at(0);
	return today.getTime() > now.getTime() ? today : at(1);
}
