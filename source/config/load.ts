import { BackupTuiError } from '../errors.ts';
import type { LoadedConfig } from './loaded.ts';

export interface LoadOptions {
	/** `--config`. */
	readonly configPath?: string | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Values of flags, by key name. */
	readonly flags?: Readonly<Record<string, string>>;
	readonly cwd?: string;
}

export function loadConfig(_options: LoadOptions): LoadedConfig {
	throw new BackupTuiError('config-missing', 'reading the configuration is not built yet');
}
