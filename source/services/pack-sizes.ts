import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import type { Restic } from '../restic/client.ts';
import { makePrivateDirectory, writeDurably } from '../runs/files.ts';

/** Pack file -> size in bytes. */
type PackSizes = ReadonlyMap<string, number>;

export interface PackDeps {
	readonly restic: Pick<Restic, 'check'>;
	/** Of the repository, a local one. */
	readonly directory: string;
	readonly stateDir: string;
	readonly signal?: AbortSignal;
}

const fileName = 'pack-sizes';
const packName = /^[0-9a-f]{64}$/;

function sizesOnDisk(directory: string): PackSizes {
	const sizes = new Map<string, number>();
	for (const entry of readdirSync(join(directory, 'data'), { recursive: true, withFileTypes: true })) {
		if (!entry.isFile() || !packName.test(entry.name)) continue;
		sizes.set(entry.name, statSync(join(entry.parentPath, entry.name)).size);
	}
	return sizes;
}

/** What was noted of this repository; empty when nothing was, or of another one. */
function notedSizes(stateDir: string, directory: string): PackSizes {
	let text: string;
	try {
		text = readFileSync(join(stateDir, fileName), 'utf8');
	} catch {
		return new Map();
	}
	const [of, ...lines] = text.split('\n');
	if (of !== JSON.stringify(directory)) return new Map();
	const pairs = lines.map((line) => line.split(' '));
	return new Map(
		pairs.filter(([name]) => packName.test(name ?? '')).map(([name = '', size]) => [name, Number(size)]),
	);
}

/** Remembers the packs of a repository that is whole. @throws state-dir-unwritable, no-space */
export function notePackSizes({ directory, stateDir }: Pick<PackDeps, 'directory' | 'stateDir'>): void {
	const lines = [...sizesOnDisk(directory)].map(([name, size]) => `${name} ${size}`);
	makePrivateDirectory(stateDir);
	writeDurably(join(stateDir, fileName), `${[JSON.stringify(directory), ...lines].join('\n')}\n`);
}

/**
 * restic never changes a pack, and a backup that refers to a damaged one ends with 0 all the same: its snapshot cannot be
 * restored. Packs that have another size than after the last good run, or are gone, are therefore a reason to check
 * the structure at once; somebody else's prune passes that check.
 *
 * @throws verify-failed
 */
export async function assertPacksUnchanged(deps: PackDeps): Promise<void> {
	const now = sizesOnDisk(deps.directory);
	const noted = notedSizes(deps.stateDir, deps.directory);
	const changed = [...noted].filter(([name, size]) => now.get(name) !== size).map(([name]) => name);
	if (changed.length === 0) return;
	const { ok, errors } = await deps.restic.check({
		noLock: true,
		...(deps.signal === undefined ? {} : { signal: deps.signal }),
	});
	if (ok) return;
	throw new BackupTuiError(
		'verify-failed',
		`the repository is damaged: pack ${changed[0]}${changed.length === 1 ? '' : ` and ${changed.length - 1} others`} changed size or ${changed.length === 1 ? 'is' : 'are'} gone (${errors[0] ?? 'restic check failed'})`,
		{ hint: 'fetch the named files back from the off-site copy, then: backup-tui check --read-data' },
	);
}
