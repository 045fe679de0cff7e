import { BackupTuiError } from '../../errors.ts';
import { type JournalEntry, type UnfinishedRestore, unfinishedRestore } from '../../runs/journal.ts';

/** @returns a command of this program, quoted for a shell */
export function commandLine(words: readonly string[]): string {
	return ['backup-tui', ...words]
		.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
		.join(' ');
}

/** What can be done about a restore that did not end, as commands that can be pasted. */
export function waysOn(name: string, restore: UnfinishedRestore): string {
	const { safetySnapshot, snapshot } = restore;
	const again = restore.again ?? [
		'restore',
		'--stack',
		name,
		'--in-place',
		'--snapshot',
		snapshot.slice(0, 8),
	];
	const back =
		safetySnapshot === undefined
			? ''
			: `; or go back to what was there: ${commandLine(['restore', '--stack', name, '--rollback'])}`;
	return `restore again: ${commandLine(again)}${back}`;
}

/** @returns why a stack must neither be started nor copied: a restore into it was begun and did not end (exit code 7; 4 for one that did not run before) */
export function unfinishedError(
	entry: Pick<JournalEntry<unknown>, 'name' | 'debt' | 'wasUp'>,
): BackupTuiError | undefined {
	const { name, debt, wasUp } = entry;
	const restore = unfinishedRestore(entry);
	if (restore === undefined) return undefined;
	if (debt.kind === 'copy') {
		const message = `${name}, a second stack, is half made since ${restore.since}: the restore did not end`;
		const hint = `${waysOn(name, restore)}; or give it up: delete its directory, then backup-tui recover`;
		return new BackupTuiError('restore-failed', message, { hint });
	}
	return new BackupTuiError(
		wasUp ? 'up-failed' : 'restore-failed',
		`${name} is half restored since ${restore.since} and is kept down: a restore into it did not end`,
		{ hint: waysOn(name, restore) },
	);
}
