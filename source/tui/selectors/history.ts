import type { HistoryEntry } from '../../runs/history.ts';
import { daysBetween } from '../text/times.ts';

type ByStack = ReadonlyMap<string, readonly HistoryEntry[]>;
const cache = new WeakMap<readonly HistoryEntry[], ByStack>();

/** @returns the entries of each stack, oldest first; built once for an unchanged history */
export function historyByStack(entries: readonly HistoryEntry[]): ByStack {
	const known = cache.get(entries);
	if (known !== undefined) return known;
	const result = new Map<string, HistoryEntry[]>();
	for (const entry of entries) {
		const own = result.get(entry.stack);
		if (own === undefined) result.set(entry.stack, [entry]);
		else own.push(entry);
	}
	cache.set(entries, result);
	return result;
}

export type DayMark = 'ok' | 'warning' | 'bad' | 'none' | 'overdue';

function dayMark(entry: HistoryEntry): DayMark {
	if (entry.outcome === 'ok') return 'ok';
	return entry.outcome === 'partial' ? 'warning' : 'bad';
}

/**
 * @param isLate whether the backup is overdue: then the days since the last one are marked
 * @returns one mark a day, newest last: the day's last backup
 */
export function dayStrip(
	entries: readonly HistoryEntry[],
	days: number,
	now: number,
	isLate = false,
): DayMark[] {
	const marks = new Array<DayMark>(days).fill('none');
	let newest = days;
	for (const entry of entries) {
		const age = daysBetween(Date.parse(entry.at), now);
		if (age < 0 || age >= days) continue;
		marks[days - 1 - age] = dayMark(entry);
		newest = Math.min(newest, age);
	}
	if (isLate && newest < days)
		for (let age = newest - 1; age >= 1; age -= 1) marks[days - 1 - age] = 'overdue';
	return marks;
}

/** @returns median of the last `count` downtimes in ms; undefined without any */
export function typicalDowntime(entries: readonly HistoryEntry[], count = 7): number | undefined {
	const values = entries
		.flatMap((entry) => (entry.downtimeMs !== undefined && entry.downtimeMs > 0 ? [entry.downtimeMs] : []))
		.slice(-count)
		.sort((a, b) => a - b);
	return values[Math.floor((values.length - 1) / 2)];
}
