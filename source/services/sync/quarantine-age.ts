/** Time as the syncs of a remote have counted it: a clock that jumps moves it on by one usual pause at most. */
export interface CountedTime {
	/** When it was last counted, by this machine's clock (ms since 1970). */
	readonly at: number;
	/** Days counted so far. */
	readonly days: number;
}

/** A folder of the quarantine. */
export interface KeptFolder {
	/** Its name: the day it was made, YYYY-MM-DD. */
	readonly folder: string;
	/** Counted day at which the last file was put into it. */
	readonly at: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A pause so much longer than usual is doubted; one so much longer is worth a warning. */
const doubtedFactor = 1.5;
const strangeFactor = 10;
/** Fewer pauses than these say nothing about what is usual; and no pause is usual that is longer (days). */
const fewestPauses = 5;
const longestUsual = 31;

export function isDay(name: string): boolean {
	return /^\d{4}-\d\d-\d\d$/.test(name);
}

/**
 * The pause between syncs that is usual, in days, a day at least: one that three of four are longer than, so that a jump of the
 * clock does not move it. A clock that was seen to go back is not asked.
 */
function usualPause(history: readonly { readonly at: string }[]): number {
	const times = history.map(({ at }) => Date.parse(at));
	const pauses = times
		.slice(1)
		.map((time, index) => ((times[index] ?? time) - time) / dayMs)
		.sort((a, b) => a - b);
	if (pauses.length < fewestPauses || (pauses[0] ?? 0) < 0) return 1;
	return Math.min(longestUsual, Math.max(1, pauses[Math.floor(pauses.length / 4)] ?? 1));
}

export interface Counted {
	readonly clock: CountedTime;
	/** What to say when the clock cannot be right, or may not be. */
	readonly doubt: { readonly level: 'info' | 'warn'; readonly text: string } | undefined;
}

/**
 * Counts the time since the last sync. A clock that went back counts nothing; one that went on much further than syncs
 * usually lie apart counts as one usual pause: it may have jumped.
 *
 * @param history past syncs, the latest first
 * @param now ms since 1970
 */
export function countedTime(
	last: CountedTime | undefined,
	history: readonly { readonly at: string }[],
	now: number,
): Counted {
	if (last === undefined) return { clock: { at: now, days: 0 }, doubt: undefined };
	const usual = usualPause(history);
	const passed = (now - last.at) / dayMs;
	const counted = passed > doubtedFactor * usual ? usual : Math.max(0, passed);
	const clock = { at: now, days: last.days + counted };
	const what = 'what was taken away is kept as if';
	if (passed < -1)
		return {
			clock,
			doubt: {
				level: 'warn',
				text: `the clock stands ${Math.round(-passed)} days before the last sync: ${what} no time had passed`,
			},
		};
	if (counted === Math.max(0, passed)) return { clock, doubt: undefined };
	const level = passed > strangeFactor * usual ? 'warn' : 'info';
	return {
		clock,
		doubt: {
			level,
			text: `the clock stands ${Math.round(passed)} days after the last sync: ${what} only ${Math.round(usual)} had passed`,
		},
	};
}
