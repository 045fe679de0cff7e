import { formatDuration } from '../../runs/units.ts';

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const dayMs = 86_400_000;

const two = (value: number) => String(value).padStart(2, '0');

/** @returns a running clock, in whole seconds: `42s`, `1m48s` */
export function formatClock(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	return seconds < 60 ? `${seconds}s` : formatDuration(seconds * 1000);
}

function startOfDay(ms: number): number {
	const date = new Date(ms);
	return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole local days between two moments; daylight saving does not disturb it. */
export function daysBetween(earlier: number, later: number): number {
	return Math.round((startOfDay(later) - startOfDay(earlier)) / dayMs);
}

/** @returns local wall time `03:02` */
export function clockTime(ms: number): string {
	const date = new Date(ms);
	return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** @returns local wall time with seconds `03:02:51` */
export function clockSeconds(ms: number): string {
	return `${clockTime(ms)}:${two(new Date(ms).getSeconds())}`;
}

/** @returns a local date `2026-11-02` */
export function dateText(ms: number): string {
	const date = new Date(ms);
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @returns when something was or will be: `today 03:00`, `Wed 03:00`, `2026-04-12` */
export function formatWhen(ms: number, now: number): string {
	const days = daysBetween(ms, now);
	if (days === 0) return `today ${clockTime(ms)}`;
	if (days === -1) return `tomorrow ${clockTime(ms)}`;
	if (days > 0 && days < 7) return `${dayNames[new Date(ms).getDay()]} ${clockTime(ms)}`;
	if (days < 0 && days > -7) return `${dayNames[new Date(ms).getDay()]} ${clockTime(ms)}`;
	return dateText(ms);
}

/** @returns the age for a narrow column: `today 03:00`, `2d ago`, `5w ago`, `never` */
export function formatAge(ms: number | undefined, now: number): string {
	if (ms === undefined) return 'never';
	const days = daysBetween(ms, now);
	if (days <= 0) return `today ${clockTime(ms)}`;
	if (days < 60) return `${days}d ago`;
	return `${Math.round(days / 30)}mo ago`;
}
