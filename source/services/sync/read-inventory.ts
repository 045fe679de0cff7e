import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BackupTuiError } from '../../errors.ts';
import { type Inventory, InventoryBuilder } from './layout.ts';

// Snapshots first: what a snapshot refers to was there before it, so it is found afterwards although a backup
// may be adding meanwhile.
const walkOrder = ['snapshots', 'index', 'keys', 'data'] as const;

function names(directory: string): string[] {
	try {
		return readdirSync(directory);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}

interface Walk {
	readonly directory: string;
	/** ms since 1970 */
	readonly changedSince: number;
	readonly found: InventoryBuilder;
}

/** Notes a file. One that is gone (a backup renames its temporary files) or is no file is passed over. */
function visit(walk: Walk, path: string): void {
	const stat = statSync(`${walk.directory}/${path}`, { throwIfNoEntry: false });
	if (stat === undefined || !stat.isFile()) return;
	walk.found.add(path, stat.size);
	if (stat.ctimeMs > walk.changedSince) walk.found.noteChanged(path);
}

function visitFolder(walk: Walk, folder: string): void {
	for (const name of names(`${walk.directory}/${folder}`)) visit(walk, `${folder}/${name}`);
}

/**
 * Reads what a local repository consists of. Stat calls are synchronous (a third of the time of asynchronous
 * ones), folder by folder, so that signals and output are served in between.
 *
 * @param changedSince files whose ctime is later (ms since 1970) are listed as changed
 * @throws sync-failed when the directory cannot be read
 */
export async function readInventory(
	directory: string,
	changedSince = Number.POSITIVE_INFINITY,
): Promise<Inventory> {
	const walk: Walk = { directory, changedSince, found: new InventoryBuilder() };
	try {
		for (const folder of walkOrder) {
			visitFolder(walk, folder);
			await nextTurn();
		}
		for (const name of names(join(directory, 'data'))) {
			if (!/^[0-9a-f]{2}$/.test(name)) continue;
			visitFolder(walk, `data/${name}`);
			await nextTurn();
		}
		visit(walk, 'config');
	} catch (error) {
		throw new BackupTuiError('sync-failed', `cannot read the repository: ${(error as Error).message}`, {
			cause: error,
			hint: `check the disk and the permissions of ${directory}`,
		});
	}
	for (const name of names(join(directory, 'locks'))) walk.found.add(`locks/${name}`, 0);
	return walk.found.inventory();
}
