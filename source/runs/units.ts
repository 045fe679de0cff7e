const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** @returns e.g. `0 B`, `1.4 MiB`, `312 GiB`: three digits at most */
export function formatBytes(bytes: number): string {
	if (!Number.isFinite(bytes)) return '-';
	let value = Math.abs(bytes);
	let unit = 0;
	while (value >= 999.5 && unit < binaryUnits.length - 1) {
		value /= 1024;
		unit += 1;
	}
	const digits = unit === 0 || value >= 99.95 ? 0 : 1;
	return `${bytes < 0 ? '-' : ''}${value.toFixed(digits)} ${binaryUnits[unit]}`;
}

/** @returns e.g. `0.4s`, `12s`, `1m48s`, `2h05m`, `3d04h` */
export function formatDuration(ms: number): string {
	if (!Number.isFinite(ms)) return '-';
	const seconds = Math.max(0, ms) / 1000;
	if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole}s`;
	const two = (value: number) => String(value).padStart(2, '0');
	if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
	const minutes = Math.round(whole / 60);
	if (minutes < 1440) return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** @returns e.g. `1 stack`, `3 stacks`, `2 copies` */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
	return `${count} ${count === 1 ? noun : plural}`;
}
