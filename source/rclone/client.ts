import { BackupTuiError } from '../errors.ts';
import * as args from './args.ts';
import { failureOf } from './classify.ts';
import { parseDump } from './definitions.ts';
import { ErrorLines, RcloneError, rcloneError } from './failure.ts';
import { parseFeatures, type RemoteFeatures } from './features.ts';
import { parseListLine } from './listing.ts';
import { CheckLines, parseHashLine, parseSpace } from './results.ts';
import { type RcloneProgram, type RcloneRun, type RunRclone, rcloneRunner } from './run-rclone.ts';
import type { Rclone, RcloneCall } from './types.ts';
import { abilitiesOf, isTooOld, oldestVersion, parseVersion, type RcloneVersion } from './version.ts';

/** How much longer than its own `--max-duration` an rclone may live (ms). */
const overtimeMs = 15_000;
/** Bound of calls that answer a question, and of those that read much on the way (ms). */
const questionMs = 60_000;
const readingMs = 6 * 60 * 60_000;

const unknownFeatures: RemoteFeatures = {
	bucketBased: false,
	partialUploads: false,
	move: false,
	about: false,
	hashes: [],
};

function joinPaths(paths: readonly string[]): string {
	return paths.map((path) => `${path}\n`).join('');
}

function question(what: string, call: RcloneCall = {}): RcloneRun {
	return { what, readOnly: true, timeoutMs: call.timeoutMs ?? questionMs };
}

function reading(what: string, call: RcloneCall = {}): RcloneRun {
	return { what, timeoutMs: call.timeoutMs ?? readingMs };
}

function change(what: string, paths: readonly string[], call: RcloneCall = {}): RcloneRun {
	return {
		what,
		input: joinPaths(paths),
		...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs + overtimeMs }),
		...(call.onStats === undefined ? {} : { onStats: call.onStats }),
	};
}

async function readVersion(run: RunRclone, binary: string): Promise<RcloneVersion> {
	const { stdout } = await run(['version'], question('run rclone'));
	const version = parseVersion(stdout);
	if (version === undefined) {
		throw new BackupTuiError('tool-missing', `${binary} does not answer like rclone`, {
			hint: 'correct RCLONE in the [tools] section',
		});
	}
	if (isTooOld(version)) {
		throw new BackupTuiError('tool-too-old', `rclone ${version.text} is too old`, {
			hint: `install rclone ${oldestVersion} or newer, or set RCLONE in [tools]`,
		});
	}
	return version;
}

/** @returns the error that says that this is no usable rclone; undefined when that cannot be told, or it is one */
async function whyUnusable(version: () => Promise<RcloneVersion>): Promise<BackupTuiError | undefined> {
	try {
		await version();
	} catch (error) {
		if (error instanceof BackupTuiError && !(error instanceof RcloneError)) return error;
	}
	return undefined;
}

export interface ClientOptions extends RcloneProgram {
	readonly settings: args.RcloneSettings;
	/** Given in a dry run: gets the argv of each call that would change something, and nothing is changed. */
	readonly onDryRun?: (argv: readonly string[]) => void;
}

/** Makes a client; nothing is run before the first call. */
export function createRclone(options: ClientOptions): Rclone {
	const { settings } = options;
	const runUnchecked = rcloneRunner(options);
	let knownVersion: Promise<RcloneVersion> | undefined;
	const version = () => {
		knownVersion ??= readVersion(runUnchecked, options.binary);
		return knownVersion;
	};
	// A listing changes nothing: an old rclone is told of once it fails, and a sync with nothing to do is one process.
	const run: RunRclone = async (argv, how) => {
		if (how.readOnly !== true) await version();
		try {
			return await runUnchecked(argv, how);
		} catch (error) {
			throw (await whyUnusable(version)) ?? error;
		}
	};
	const perform = async (argv: readonly string[], how: RcloneRun) => {
		if (options.onDryRun === undefined) await run(argv, how);
		else options.onDryRun([options.binary, ...argv]);
	};
	const transferOptions = async (call: RcloneCall = {}) => ({
		maxSeconds: call.timeoutMs === undefined ? 0 : Math.max(1, call.timeoutMs / 1000),
		inplaceOption: abilitiesOf(await version()).inplaceOption,
	});

	return {
		settings,
		binary: options.binary,
		version,
		list: async (location, exclude, call) => {
			const files = new Map<string, number>();
			const what = `list ${location}`;
			const result = await run(args.listArgs(settings, location, exclude), {
				...reading(what, call),
				readOnly: true,
				accept: [3],
				onStdoutLine: (line) => {
					const file = parseListLine(line);
					if (file !== undefined) files.set(file.path, file.size);
				},
			});
			// 3 also comes when a folder vanished while it was listed: such a listing is not whole.
			if (result.exitCode === 3 && files.size > 0) {
				throw new RcloneError(
					`cannot ${what}: a folder vanished meanwhile`,
					failureOf('server'),
					result.stderr,
				);
			}
			return files;
		},
		listFolders: async (location, call) => {
			const names: string[] = [];
			await run(args.listFoldersArgs(settings, location), {
				...question(`list ${location}`, call),
				accept: [3],
				onStdoutLine: (line) => names.push(line.replace(/\/$/, '')),
			});
			return names;
		},
		copy: async (source, destination, paths, call) => {
			const argv = args.copyArgs(settings, source, destination, await transferOptions(call));
			await perform(argv, change(`copy to ${destination}`, paths, call));
		},
		move: async (source, destination, paths, call) => {
			const argv = args.moveArgs(settings, source, destination, await transferOptions(call));
			await perform(argv, change(`move to ${destination}`, paths, call));
		},
		moveFile: async (source, destination, call) => {
			await perform(args.moveFileArgs(settings, source, destination), change(`rename ${source}`, [], call));
		},
		delete: async (location, paths, call) => {
			await perform(args.deleteArgs(settings, location), change(`delete in ${location}`, paths, call));
		},
		purge: async (location, call) => {
			await perform(args.purgeArgs(settings, location), {
				...change(`delete ${location}`, [], call),
				accept: [3],
			});
		},
		check: async (source, destination, paths, call) => {
			const found = new CheckLines();
			const what = `compare with ${destination}`;
			let byHash = true;
			const result = await run(args.checkArgs(settings, source, destination), {
				...reading(what, call),
				input: joinPaths(paths),
				accept: [1],
				onStdoutLine: (line) => found.add(line),
				onText: (text) => {
					if (/no common hash found|hashes could not be checked/i.test(text)) byHash = false;
				},
			});
			const { same, different, missing, unread } = found;
			const noDifference = different.length + missing.length === 0;
			if (result.exitCode === 1 && noDifference) throw rcloneError(what, result, new ErrorLines());
			return { same, different, missing, unread, byHash };
		},
		downloadHashes: async (location, paths, call) => {
			const hashes = new Map<string, string>();
			await run(args.downloadHashArgs(settings, location), {
				...reading(`read from ${location}`, call),
				input: joinPaths(paths),
				onStdoutLine: (line) => {
					const entry = parseHashLine(line);
					if (entry !== undefined) hashes.set(entry.path, entry.hash);
				},
			});
			return hashes;
		},
		features: async (location) => {
			const { stdout } = await run(args.featuresArgs(settings, location), question(`ask about ${location}`));
			return parseFeatures(stdout) ?? unknownFeatures;
		},
		space: async (location) => {
			const how = { ...question(`ask about ${location}`), accept: [1] };
			const { exitCode, stdout } = await run(args.aboutArgs(settings, location), how);
			return exitCode === 0 ? parseSpace(stdout) : undefined;
		},
		definitions: async () => {
			const { stdout } = await run(args.dumpArgs(settings), question("read rclone's config"));
			return parseDump(stdout);
		},
		remotes: async () => {
			const { stdout } = await run(args.listRemotesArgs(settings), question('list the remotes'));
			const names = stdout.split('\n').map((line) => line.trim().replace(/:$/, ''));
			return names.filter((name) => name !== '');
		},
		writeFile: async (location, content) => {
			const how = { what: `write ${location}`, input: content, timeoutMs: questionMs };
			await perform(args.writeFileArgs(settings, location), how);
		},
		readFile: async (location) => {
			const { stdout } = await run(args.readFileArgs(settings, location), question(`read ${location}`));
			return stdout;
		},
		deleteFile: async (location) => {
			const how = { what: `delete ${location}`, timeoutMs: questionMs };
			await perform(args.deleteFileArgs(settings, location), how);
		},
	};
}
