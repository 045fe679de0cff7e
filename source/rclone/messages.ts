/** Progress of one rclone process, summed over its files. */
export interface RcloneStats {
	readonly bytes: number;
	readonly totalBytes: number;
	readonly transfers: number;
	readonly totalTransfers: number;
	readonly errors: number;
	/** Bytes per second. */
	readonly speed: number;
	/** Seconds; undefined while rclone cannot tell. */
	readonly eta?: number;
	/** Paths of the files on their way. */
	readonly current: readonly string[];
}

export interface RcloneMessage {
	readonly level: 'debug' | 'info' | 'notice' | 'error' | 'critical';
	readonly text: string;
	/** The file or remote it is about. */
	readonly object?: string;
	readonly stats?: RcloneStats;
}

const levels: Readonly<Record<string, RcloneMessage['level']>> = {
	debug: 'debug',
	info: 'info',
	notice: 'notice',
	warning: 'notice',
	error: 'error',
	critical: 'critical',
	fatal: 'critical',
	emergency: 'critical',
};

function count(value: unknown): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function readStats(value: unknown): RcloneStats | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const stats = value as Record<string, unknown>;
	const transferring = Array.isArray(stats.transferring) ? stats.transferring : [];
	return {
		bytes: count(stats.bytes),
		totalBytes: count(stats.totalBytes),
		transfers: count(stats.transfers),
		totalTransfers: count(stats.totalTransfers),
		errors: count(stats.errors),
		speed: count(stats.speed),
		...(typeof stats.eta === 'number' ? { eta: stats.eta } : {}),
		current: transferring
			.map((entry: unknown) => (entry as { name?: unknown } | null)?.name)
			.filter((name): name is string => typeof name === 'string'),
	};
}

/** A line that is not JSON: rclone 1.60 writes those when it fails before its log is set up. */
function plainMessage(line: string): RcloneMessage | undefined {
	const text = line.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, '').trim();
	if (text === '') return undefined;
	const match = /^(DEBUG|INFO|NOTICE|ERROR|CRITICAL)\s*: (.*)$/s.exec(text);
	if (match === null) return { level: 'critical', text };
	return { level: levels[(match[1] ?? '').toLowerCase()] ?? 'error', text: match[2] ?? '' };
}

/**
 * Reads one line that rclone wrote on stderr with `--use-json-log` (both ages; noise is tolerated).
 *
 * @returns undefined for an empty line
 */
export function parseMessage(line: string): RcloneMessage | undefined {
	if (!line.startsWith('{')) return plainMessage(line);
	let entry: Record<string, unknown>;
	try {
		entry = JSON.parse(line) as Record<string, unknown>;
	} catch {
		return plainMessage(line);
	}
	const stats = readStats(entry.stats);
	return {
		level: levels[String(entry.level)] ?? 'info',
		text: typeof entry.msg === 'string' ? entry.msg.trim() : '',
		...(typeof entry.object === 'string' ? { object: entry.object } : {}),
		...(stats === undefined ? {} : { stats }),
	};
}
