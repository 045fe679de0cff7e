/** What a backend can do, from `rclone backend features`. */
export interface RemoteFeatures {
	/** Object store: a file appears whole or not at all. */
	readonly bucketBased: boolean;
	/** Uploads go to a temporary name and are renamed (rclone 1.63 and newer, where the backend can). */
	readonly partialUploads: boolean;
	/** Files can be renamed on the remote. */
	readonly move: boolean;
	readonly about: boolean;
	/** Hash types the remote can tell without a download, e.g. `md5`. */
	readonly hashes: readonly string[];
}

/**
 * @param output of `rclone backend features`
 * @returns undefined when it cannot be read
 */
export function parseFeatures(output: string): RemoteFeatures | undefined {
	try {
		const answer = JSON.parse(output) as { Hashes?: unknown; Features?: Record<string, unknown> };
		const has = (name: string) => answer.Features?.[name] === true;
		return {
			bucketBased: has('BucketBased'),
			partialUploads: has('PartialUploads'),
			move: has('Move'),
			about: has('About'),
			hashes: Array.isArray(answer.Hashes)
				? answer.Hashes.filter((hash): hash is string => typeof hash === 'string')
				: [],
		};
	} catch {
		return undefined;
	}
}

/** True when a file cut on its way up never shows under its final name. */
export function uploadsAreAtomic(features: RemoteFeatures): boolean {
	return features.bucketBased || features.partialUploads;
}
