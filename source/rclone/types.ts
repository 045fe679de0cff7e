import type { RcloneSettings } from './args.ts';
import type { RemoteValues } from './definitions.ts';
import type { RemoteFeatures } from './features.ts';
import type { RcloneStats } from './messages.ts';
import type { CheckOutcome, RemoteSpace } from './results.ts';
import type { RcloneVersion } from './version.ts';

export interface RcloneCall {
	/** Bound of the call in ms. */
	readonly timeoutMs?: number;
	readonly onStats?: (stats: RcloneStats) => void;
}

/** Typed calls of one rclone with one remote's settings. All reject with an `RcloneError`. */
export interface Rclone {
	readonly settings: RcloneSettings;
	/** Absolute path of rclone. */
	readonly binary: string;
	version(): Promise<RcloneVersion>;
	/** Sizes of all files under a place, by path. A place that is not there has none. */
	list(location: string, exclude: readonly string[], call?: RcloneCall): Promise<Map<string, number>>;
	/** Names of the folders directly under a place; none when it is not there. */
	listFolders(location: string, call?: RcloneCall): Promise<string[]>;
	/** Copies files by path, over what is there. */
	copy(source: string, destination: string, paths: readonly string[], call?: RcloneCall): Promise<void>;
	/** Moves files by path within one remote. */
	move(source: string, destination: string, paths: readonly string[], call?: RcloneCall): Promise<void>;
	/** Renames one file within one remote. */
	moveFile(source: string, destination: string, call?: RcloneCall): Promise<void>;
	delete(location: string, paths: readonly string[], call?: RcloneCall): Promise<void>;
	/** Deletes a folder and all in it; one that is not there is no error. */
	purge(location: string, call?: RcloneCall): Promise<void>;
	/** Compares files by path. A file that is missing on the source is in none of the lists. */
	check(
		source: string,
		destination: string,
		paths: readonly string[],
		call?: RcloneCall,
	): Promise<CheckOutcome>;
	/** SHA-256 by path, by download; files that are not there are not in the answer. */
	downloadHashes(location: string, paths: readonly string[], call?: RcloneCall): Promise<Map<string, string>>;
	features(location: string): Promise<RemoteFeatures>;
	/** How full the remote is, where the backend tells. */
	space(location: string): Promise<RemoteSpace | undefined>;
	/** What rclone's config file defines, decrypted; with the secrets in it, so it goes nowhere. */
	definitions(): Promise<ReadonlyMap<string, RemoteValues>>;
	/** Names in rclone's config, without their colon. */
	remotes(): Promise<string[]>;
	writeFile(location: string, content: string): Promise<void>;
	readFile(location: string): Promise<string>;
	deleteFile(location: string): Promise<void>;
}
