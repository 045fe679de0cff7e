import { existsSync, realpathSync } from 'node:fs';
import { isSea } from 'node:sea';

/** The file that is this program: the single executable, or the script that Node was given. Absolute, links resolved. */
export function ownFile(): string {
	const script = process.argv[1];
	// In a single executable argv[1] is what was typed, which may name any file of the working directory.
	return isSea() || script === undefined || !existsSync(script) ? process.execPath : realpathSync(script);
}

/** How this program is started again: the arguments follow. */
export function ownProgram(): readonly [file: string, ...args: string[]] {
	const file = ownFile();
	return file === process.execPath ? [file] : [process.execPath, file];
}
