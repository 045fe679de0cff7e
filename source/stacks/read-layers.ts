import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerAccess } from './docker-access.ts';
import type { CallOptions, ContainerDetails, LayerChange } from './engine.ts';
import { layerPart } from './layer-noise.ts';
import { isUp } from './state.ts';

/** A file that a container has written, changed or deleted outside its mounts. */
export interface LayerFile extends LayerChange {
	/** Bytes; undefined where only the engine tells of it, and for what was deleted. */
	readonly bytes: number | undefined;
}

/** What a container holds that only it holds: removing the container deletes it. */
export interface WritableLayer {
	readonly id: string;
	readonly container: string;
	readonly service: string;
	/** Belongs in a volume. */
	readonly data: readonly LayerFile[];
	/** System files, logs, caches. */
	readonly own: readonly LayerFile[];
	/** Why there may be more than is listed: the layer is too large to look through, or the engine did not tell. */
	readonly unknown: string | undefined;
}

export interface LayerLimits {
	/** More files in a layer than these are not looked through. */
	readonly files: number;
	/** What a walk or an answer of the engine may take, ms. */
	readonly ms: number;
}

/** 20,000 files take 0.2 s. The engine takes 2 s for 200,000, and a stop waits for as long as it walks. */
const usualLimits: LayerLimits = { files: 20_000, ms: 10_000 };

/** What the walk of a layer's directory on this machine found. */
interface Walk {
	/** By path in the container; directories included. */
	readonly found: ReadonlyMap<string, Stats>;
	readonly cut: boolean;
}

/** Walks a layer on this machine; undefined where it may not be read, as by a user who is not root. */
async function walk(directory: string, limits: LayerLimits): Promise<Walk | undefined> {
	const deadline = performance.now() + limits.ms;
	const found = new Map<string, Stats>();
	const folders = ['/'];
	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
		let names: readonly string[];
		try {
			names = await readdir(join(directory, folder));
		} catch {
			if (folder === '/') return undefined;
			continue;
		}
		for (const name of names) {
			if (found.size >= limits.files || performance.now() > deadline) return { found, cut: true };
			const path = join(folder, name);
			const stats = await lstat(join(directory, path)).catch(() => undefined);
			if (stats === undefined) continue;
			found.set(path, stats);
			if (stats.isDirectory() && layerPart(path) !== 'noise') folders.push(path);
		}
	}
	return { found, cut: false };
}

/** Sockets, pipes and devices hold nothing. */
const holdsData = (stats: Stats) => stats.isFile() || stats.isSymbolicLink();

/** @returns the changes that are files, not directories: those are told by what changed in them, or by the walk */
function filesAmong(changes: readonly LayerChange[], seen: Walk | undefined): readonly LayerFile[] {
	const around = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
	return changes.flatMap((change): LayerFile[] => {
		const stats = seen?.found.get(change.path);
		if (change.kind === 'deleted') return [{ ...change, bytes: undefined }];
		if (stats === undefined ? around.has(change.path) : !holdsData(stats)) return [];
		return [{ ...change, bytes: stats?.size }];
	});
}

/**
 * Sorts the files of a layer. Where something is mounted there is only the folder or file it is mounted on. What a
 * finished `compose run` has left is kept, but nobody's data for that.
 */
function sortFiles(
	container: ContainerDetails,
	files: readonly LayerFile[],
): Pick<WritableLayer, 'data' | 'own'> {
	const mounted = new Set([...container.mounts.map(({ destination }) => destination), ...container.tmpfs]);
	const theirs = files.filter(({ path }) => !mounted.has(path) && layerPart(path) !== 'noise');
	const isData = ({ path }: LayerFile) =>
		layerPart(path) === 'data' && !(container.oneOff && !isUp(container));
	return { data: theirs.filter(isData), own: theirs.filter((file) => !isData(file)) };
}

async function readLayer(
	access: DockerAccess,
	details: ContainerDetails,
	call: CallOptions,
	limits: LayerLimits,
): Promise<WritableLayer | undefined> {
	const { id, name: container, service } = details;
	if (details.readOnlyRoot) return undefined;
	const base = { id, container, service };
	const local = access.engine.local && details.layerDirectory !== '';
	const seen = local ? await walk(details.layerDirectory, limits) : undefined;
	if (seen?.cut === true) {
		const all = [...seen.found.keys()].map((path): LayerChange => ({ kind: 'added', path }));
		const unknown = `there are more than ${limits.files} files`;
		return { ...base, ...sortFiles(details, filesAmong(all, seen)), unknown };
	}
	try {
		const changes = await access.engine.changes(id, { ...call, timeoutMs: limits.ms });
		const sorted = sortFiles(details, filesAmong(changes, seen));
		if (sorted.data.length === 0 && sorted.own.length === 0) return undefined;
		return { ...base, ...sorted, unknown: undefined };
	} catch (error) {
		call.signal?.throwIfAborted();
		return { ...base, data: [], own: [], unknown: (error as Error).message };
	}
}

/**
 * Looks at what containers have written outside their mounts: the engine says what, this machine's disk says how much. Never
 * rejects for the engine: what it does not tell in time is unknown.
 *
 * @returns the containers that hold anything, or may
 */
export async function readLayers(
	access: DockerAccess,
	containers: readonly ContainerDetails[],
	call: CallOptions = {},
	limits = usualLimits,
): Promise<readonly WritableLayer[]> {
	const all = containers.filter((container) => container.helperOf === undefined);
	const layers = await Promise.all(all.map((container) => readLayer(access, container, call, limits)));
	return layers.filter((layer) => layer !== undefined);
}
