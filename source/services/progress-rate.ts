/** Events per second are plenty for a screen; a run's file stays small. */
const everyMs = 500;

/** Tells the first value, and of those that follow at most two a second. */
export function seldom<T>(tell: (value: T) => void): (value: T) => void {
	let next = 0;
	return (value) => {
		const now = performance.now();
		if (now < next) return;
		next = now + everyMs;
		tell(value);
	};
}
