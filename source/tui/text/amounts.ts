import { formatBytes } from '../../runs/units.ts';

/** @returns bytes per second for people: `118 MiB/s` */
export function formatRate(bytesPerSecond: number): string {
	return `${formatBytes(bytesPerSecond)}/s`;
}

/** @returns a number with a comma at every third digit, whatever the locale: `14,210` */
export function groupDigits(count: number): string {
	return Math.round(count)
		.toString()
		.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
