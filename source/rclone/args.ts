import { listFormat } from './listing.ts';

/** What every rclone call for one remote has in common. */
export interface RcloneSettings {
	/** rclone's own config file; empty = where rclone looks by itself. */
	readonly configFile: string;
	readonly transfers: number;
	/** `--bwlimit`: a rate or a timetable; empty or `0` = unlimited. */
	readonly bandwidth: string;
	readonly extraOptions: readonly string[];
}

/** How long to wait for a connection, and for a connection that has gone silent (seconds). */
const connectTimeoutSeconds = 20;
const silenceTimeoutSeconds = 60;

/** Retries of one file within a call. Few: hangs multiply by it, and a whole call is retried with what is left. */
const lowLevelRetries = 3;

/** Where lists of paths come from: standard input, so that no file is needed and no line is taken as a pattern. */
const pathsFromInput = ['--files-from-raw', '-', '--no-traverse'];

/**
 * A folder's location, ended with a slash: rclone's S3 backend otherwise asks first whether it is a file, and takes the
 * server's 403 for a yes (seen with 1.60.1 and 1.75.2).
 */
function folder(location: string): string {
	return location.startsWith('/') || /[:/]$/.test(location) ? location : `${location}/`;
}

function globalArgs(settings: RcloneSettings): string[] {
	return [
		...(settings.configFile === '' ? [] : ['--config', settings.configFile]),
		'--ask-password=false',
		'--use-json-log',
		'--retries',
		'1',
		'--low-level-retries',
		String(lowLevelRetries),
		'--contimeout',
		`${connectTimeoutSeconds}s`,
		'--timeout',
		`${silenceTimeoutSeconds}s`,
		...settings.extraOptions,
	];
}

/** What copying and moving have in common: the files are named on standard input. */
function transferArgs(settings: RcloneSettings, { maxSeconds }: TransferOptions): string[] {
	return [
		...globalArgs(settings),
		'--transfers',
		String(settings.transfers),
		...(settings.bandwidth === '' || settings.bandwidth === '0' ? [] : ['--bwlimit', settings.bandwidth]),
		// A file written in several streams has its final size from the first byte on.
		'--multi-thread-streams',
		'0',
		...(maxSeconds > 0 ? ['--max-duration', `${Math.ceil(maxSeconds)}s`] : []),
		'--stats',
		'1s',
		'--stats-log-level',
		'NOTICE',
		...pathsFromInput,
	];
}

/** Lists all files under a place with their sizes, `exclude` (rclone patterns) left out. */
export function listArgs(settings: RcloneSettings, location: string, exclude: readonly string[]): string[] {
	return [
		'lsf',
		...globalArgs(settings),
		'-R',
		'--files-only',
		'--fast-list',
		'--format',
		listFormat,
		...exclude.flatMap((pattern) => ['--exclude', pattern]),
		folder(location),
	];
}

/** Lists the folders directly under a place. */
export function listFoldersArgs(settings: RcloneSettings, location: string): string[] {
	return ['lsf', ...globalArgs(settings), '--dirs-only', folder(location)];
}

export interface TransferOptions {
	/** Seconds after which rclone stops by itself; 0 = none. */
	readonly maxSeconds: number;
	/** Whether this rclone knows `--inplace`. */
	readonly inplaceOption: boolean;
}

/**
 * Copies the files named on standard input, whatever is at the destination: the caller has compared already.
 * rclone compares size and hash of each file after its transfer.
 */
export function copyArgs(
	settings: RcloneSettings,
	source: string,
	destination: string,
	options: TransferOptions,
): string[] {
	const own = ['--no-check-dest', '--copy-links', ...(options.inplaceOption ? ['--inplace=false'] : [])];
	return ['copy', ...transferArgs(settings, options), ...own, folder(source), folder(destination)];
}

/** Moves the files named on standard input between two places of one remote, by renaming where the backend can. */
export function moveArgs(
	settings: RcloneSettings,
	source: string,
	destination: string,
	options: TransferOptions,
): string[] {
	// Whatever lies at the destination: its size and time say nothing about its content.
	const own = ['--ignore-times'];
	return ['move', ...transferArgs(settings, options), ...own, folder(source), folder(destination)];
}

/** Renames one file. */
export function moveFileArgs(settings: RcloneSettings, source: string, destination: string): string[] {
	return ['moveto', ...globalArgs(settings), '--ignore-times', source, destination];
}

/** Deletes the files named on standard input. */
export function deleteArgs(settings: RcloneSettings, location: string): string[] {
	return ['delete', ...globalArgs(settings), ...pathsFromInput, folder(location)];
}

/** Deletes one folder and all in it. */
export function purgeArgs(settings: RcloneSettings, location: string): string[] {
	return ['purge', ...globalArgs(settings), folder(location)];
}

/** Compares the files named on standard input by hash where both sides have one, else by size; a line each on stdout. */
export function checkArgs(settings: RcloneSettings, source: string, destination: string): string[] {
	return [
		'check',
		...globalArgs(settings),
		...pathsFromInput,
		'--one-way',
		'--copy-links',
		'--combined',
		'-',
		folder(source),
		folder(destination),
	];
}

/** Downloads the files named on standard input and prints their SHA-256, without keeping them. */
export function downloadHashArgs(settings: RcloneSettings, location: string): string[] {
	return ['hashsum', 'sha256', ...globalArgs(settings), ...pathsFromInput, '--download', folder(location)];
}

export function featuresArgs(settings: RcloneSettings, location: string): string[] {
	return ['backend', 'features', ...globalArgs(settings), folder(location)];
}

export function aboutArgs(settings: RcloneSettings, location: string): string[] {
	return ['about', ...globalArgs(settings), '--json', folder(location)];
}

export function listRemotesArgs(settings: RcloneSettings): string[] {
	return ['listremotes', ...globalArgs(settings)];
}

/** Prints what rclone's config file defines, as JSON. */
export function dumpArgs(settings: RcloneSettings): string[] {
	return ['config', 'dump', ...globalArgs(settings)];
}

/** Writes standard input into one file. */
export function writeFileArgs(settings: RcloneSettings, location: string): string[] {
	return ['rcat', ...globalArgs(settings), location];
}

/** Prints one file. */
export function readFileArgs(settings: RcloneSettings, location: string): string[] {
	return ['cat', ...globalArgs(settings), location];
}

export function deleteFileArgs(settings: RcloneSettings, location: string): string[] {
	return ['deletefile', ...globalArgs(settings), location];
}
