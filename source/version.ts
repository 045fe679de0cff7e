import { readFileSync } from 'node:fs';

declare const BACKUP_TUI_VERSION: string | undefined;

/** The version: put in by the build, else read from package.json (a run from source). */
export const version: string =
	typeof BACKUP_TUI_VERSION === 'string'
		? BACKUP_TUI_VERSION
		: JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
