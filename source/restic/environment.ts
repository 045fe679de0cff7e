import { childEnvironment } from '../process/environment.ts';

/**
 * The variables restic's backends take their credentials and settings from; no other RESTIC_* passes, since an inherited
 * RESTIC_PASSWORD_COMMAND beside our password file is fatal to restic.
 * Source: https://restic.readthedocs.io/en/stable/040_backup.html#environment-variables
 */
const backendVariables = [
	'AWS_*',
	'ST_*',
	'OS_*',
	'B2_*',
	'AZURE_*',
	'GOOGLE_*',
	'RCLONE_CONFIG',
	'RCLONE_CONFIG_*',
	'RCLONE_BWLIMIT',
	'RCLONE_PASSWORD_COMMAND',
	'RESTIC_REST_USERNAME',
	'RESTIC_REST_PASSWORD',
	'RESTIC_CACERT',
	'RESTIC_TLS_CLIENT_CERT',
	'ALL_PROXY',
	'all_proxy',
];

export interface ResticFiles {
	readonly passwordFile: string;
	/** Only for an address with a password in it. */
	readonly repositoryFile?: string;
	/** Of the repository that is copied from. */
	readonly fromPasswordFile?: string;
	readonly fromRepositoryFile?: string;
	readonly cacheDir: string;
}

/** restic's whole environment: paths of files with secrets, never a secret. Progress twice a second. */
export function resticEnvironment(
	base: Readonly<Record<string, string | undefined>>,
	files: ResticFiles,
): Record<string, string> {
	return childEnvironment(base, backendVariables, {
		RESTIC_PASSWORD_FILE: files.passwordFile,
		...(files.repositoryFile === undefined ? {} : { RESTIC_REPOSITORY_FILE: files.repositoryFile }),
		...(files.fromPasswordFile === undefined ? {} : { RESTIC_FROM_PASSWORD_FILE: files.fromPasswordFile }),
		...(files.fromRepositoryFile === undefined
			? {}
			: { RESTIC_FROM_REPOSITORY_FILE: files.fromRepositoryFile }),
		RESTIC_CACHE_DIR: files.cacheDir,
		RESTIC_PROGRESS_FPS: '2',
	});
}
