import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, writeDurably } from '../runs/files.ts';
import { readLastCheck } from './repository-check.ts';

/** A repository that this machine has backed up to, or that a person has accepted. */
export interface KnownRepository {
	readonly id: string;
	/** As in the configuration, without credentials; absent where only the id was found again. */
	readonly location?: string;
	/** Where the disk was mounted that it lay on, unless that was `/`. */
	readonly mountPoint?: string;
	/** ISO times, UTC. */
	readonly since: string;
	readonly usedAt: string;
}

export interface MemoryPlaces {
	readonly stateDir: string;
	readonly cacheDir: string;
}

const fileName = 'repositories.json';

/** Written in both places: one of them may be lost with its disk, or be cleaned. */
const files = ({ stateDir, cacheDir }: MemoryPlaces) =>
	[stateDir, cacheDir].map((directory) => ({ directory, path: join(directory, fileName) }));

/** @returns undefined where nothing was written down, or it cannot be read */
function readOne(path: string): readonly KnownRepository[] | undefined {
	try {
		const { v, known } = JSON.parse(readFileSync(path, 'utf8')) as { v?: unknown; known?: unknown };
		if (v !== 1 || !Array.isArray(known)) return undefined;
		return known.filter((one: Partial<KnownRepository>) => /^[0-9a-f]{64}$/.test(one?.id ?? ''));
	} catch {
		return undefined;
	}
}

/** Repositories of earlier runs; where nothing was written down, the one that was checked last. */
export function readKnown(places: MemoryPlaces): readonly KnownRepository[] {
	for (const { path } of files(places)) {
		const written = readOne(path);
		if (written !== undefined) return written;
	}
	const checked = readLastCheck(places.stateDir);
	if (checked === undefined || !/^[0-9a-f]{64}$/.test(checked.repository)) return [];
	return [{ id: checked.repository, since: checked.at, usedAt: checked.at }];
}

/** @throws state-dir-unwritable, no-space; a cache that cannot be written is no failure */
export function writeKnown(places: MemoryPlaces, known: readonly KnownRepository[]): void {
	const text = `${JSON.stringify({ v: 1, known }, undefined, '\t')}\n`;
	const [state, cache] = files(places);
	for (const file of [state, cache]) {
		if (file === undefined) continue;
		try {
			makePrivateDirectory(file.directory);
			writeDurably(file.path, text);
		} catch (error) {
			if (file === state) throw error;
		}
	}
}
