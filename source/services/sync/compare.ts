import { join } from 'node:path';
import { failureOf } from '../../rclone/classify.ts';
import { RcloneError } from '../../rclone/failure.ts';
import { hashFile } from './hash-files.ts';
import { expectedHash, type Inventory, neverListed, sortFiles } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import { planMirror } from './plan.ts';

/** Most bytes read back by hash in one sync, and most downloaded where the remote knows no hash. */
const mostHashedBytes = 4 * 1024 ** 3;
const mostSampledBytes = 64 * 1024 ** 2;
const mostSampledFiles = 8;

export interface Comparison {
	/** In words, for the result. */
	readonly text: string;
	/** Files whose content on the remote is not what the source has. */
	readonly different: readonly string[];
}

/**
 * Lists the remote again: it must have every file of the source, in its size.
 *
 * @throws an error that may pass when it has not
 */
export async function compareNames(context: MirrorContext, source: Inventory): Promise<Inventory> {
	const { rclone, place, remote } = context;
	const now = sortFiles(await rclone.list(place, neverListed, context.call()));
	const { uploadFiles, uploads } = planMirror(source, now);
	if (uploadFiles === 0) return now;
	const [example] = Object.values(uploads).flatMap((files) => [...files.keys()]);
	throw new RcloneError(
		`${remote.name}: the remote lacks ${uploadFiles} files after they were sent, e.g. ${example}`,
		failureOf('server'),
		'',
	);
}

/** Takes paths until `limit` bytes are reached. */
function upTo(paths: readonly string[], sizes: ReadonlyMap<string, number>, limit: number): string[] {
	let bytes = 0;
	return paths.filter((path) => {
		bytes += sizes.get(path) ?? 0;
		return bytes <= limit;
	});
}

function shuffled(paths: readonly string[], random: () => number): string[] {
	return paths
		.map((path) => ({ path, order: random() }))
		.sort((a, b) => a.order - b.order)
		.map(({ path }) => path);
}

/**
 * Compares contents: what was just sent, and the day's slice of the rest. By a hash both sides have; where there is none,
 * a sample is downloaded and hashed, because names are SHA-256 sums.
 */
export async function compareContents(
	context: MirrorContext,
	source: Inventory,
	sent: readonly string[],
	slice: readonly string[],
): Promise<Comparison> {
	const { rclone, directory, place, deps } = context;
	const sizes = new Map(Object.values(source.files).flatMap((files) => [...files]));
	const important = sent.filter((path) => !path.startsWith('data/'));
	const packs = sent.filter((path) => path.startsWith('data/'));
	const known = new Set(sent);
	const others = slice.filter((path) => !known.has(path));
	const { hashes } = await context.features();
	const order = [...important, ...shuffled(packs, deps.random), ...shuffled(others, deps.random)];

	if (hashes.length > 0) {
		const paths = upTo(order, sizes, mostHashedBytes);
		if (paths.length === 0) return { text: 'names and sizes', different: [] };
		const outcome = await rclone.check(directory, place, paths, context.call());
		if (outcome.byHash) {
			return {
				text: `names, sizes and hashes (${paths.length} files)`,
				different: [...outcome.different, ...outcome.missing],
			};
		}
	}
	const sample = upTo(
		[...shuffled(important, deps.random).slice(0, 3), ...shuffled([...packs, ...others], deps.random)],
		sizes,
		mostSampledBytes,
	).slice(0, mostSampledFiles);
	if (sample.length === 0) return { text: 'names and sizes', different: [] };
	const found = await rclone.downloadHashes(place, sample, context.call());
	const different: string[] = [];
	for (const path of sample) {
		const wanted = expectedHash(path) ?? (await hashFile(join(directory, path)));
		if (found.get(path) !== wanted) different.push(path);
	}
	return { text: `names, sizes and a downloaded sample (${sample.length} files)`, different };
}
