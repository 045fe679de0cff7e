import type { ForgetResult, KeepPolicy, Snapshot } from '../restic/types.ts';

const day = 24 * 3600 * 1000;

/** Monday of the week, as a day: two dates of one ISO week have the same. */
function weekOf(at: Date): string {
	const monday = new Date(at.getFullYear(), at.getMonth(), at.getDate() - ((at.getDay() + 6) % 7));
	return monday.toDateString();
}

const buckets: readonly (readonly [keyof KeepPolicy, (at: Date) => string])[] = [
	['daily', (at) => at.toDateString()],
	['weekly', weekOf],
	['monthly', (at) => `${at.getFullYear()}-${at.getMonth()}`],
	['yearly', (at) => String(at.getFullYear())],
];

/**
 * restic's policy, computed here.
 *
 * @param keepsOldest newer versions keep the oldest snapshot while a period is not used up
 * @returns the times of what is kept
 */
function keptTimes(times: readonly number[], keep: KeepPolicy, keepsOldest: boolean): ReadonlySet<number> {
	const newestFirst = times.toSorted((a, b) => b - a);
	const kept = new Set<number>();
	for (const [name, periodOf] of buckets) {
		let left = keep[name] ?? 0;
		let last: string | undefined;
		for (const [index, time] of newestFirst.entries()) {
			const period = periodOf(new Date(time));
			const oldest = keepsOldest && index === newestFirst.length - 1;
			if (left === 0 || (period === last && !oldest)) continue;
			kept.add(time);
			last = period;
			left -= 1;
		}
	}
	return kept;
}

/**
 * What a policy will remove once a snapshot of today is there. restic cannot be asked about a snapshot that is not made yet:
 * its policy is computed here, and only believed when it says of the snapshots that are there what restic says of them.
 *
 * @param plan what restic would remove now
 * @param now ms since the epoch, the date of the snapshot to come
 * @returns undefined when restic's policy is not the one that is computed here
 */
export function forecastRemoved(
	plan: ForgetResult,
	keep: KeepPolicy,
	now: number,
): readonly Snapshot[] | undefined {
	const all = [...plan.kept, ...plan.removed];
	const times = all.map(({ time }) => time);
	const expected = new Set(plan.kept.map(({ time }) => time));
	const variant = [true, false].find((keepsOldest) => {
		const kept = keptTimes(times, keep, keepsOldest);
		return kept.size === expected.size && [...kept].every((time) => expected.has(time));
	});
	if (variant === undefined || all.some(({ time }) => time > now + day)) return undefined;
	const kept = keptTimes([...times, now], keep, variant);
	return all.filter(({ time }) => !kept.has(time)).sort((a, b) => a.time - b.time);
}
