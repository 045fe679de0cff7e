/**
 * Draws values as bars, newest right; the newest `width` values are shown, scaled to the largest of them.
 *
 * @param levels characters from low to high
 */
export function sparkline(values: readonly number[], width: number, levels: readonly string[]): string {
	const shown = values.slice(-width);
	const peak = Math.max(...shown, 0);
	if (peak === 0) return (levels[0] ?? ' ').repeat(shown.length);
	return shown
		.map((value) => levels[Math.min(levels.length - 1, Math.floor((value / peak) * levels.length))] ?? '')
		.join('');
}

/** @returns a bar of `width` cells, `share` of it (0..1) full */
export function progressBar(share: number, width: number, full: string, empty: string): string {
	const cells = Math.round(Math.min(1, Math.max(0, share)) * width);
	return full.repeat(cells) + empty.repeat(Math.max(0, width - cells));
}
