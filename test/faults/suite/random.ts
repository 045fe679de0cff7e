/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** @returns `count` of the items, spread over all of them, where exactly is chance; all when there are fewer */
export function sample<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
	if (items.length <= count) return items;
	const width = items.length / count;
	return Array.from({ length: count }, (_, index) => items[Math.floor((index + random()) * width)] as T);
}
