import { docker } from './docker.ts';
import type { SectionKeys } from './key.ts';
import { localBackup } from './local-backup.ts';

/** `[stack:NAME]`: the same keys for one stack. What is not set there is as in `[docker]` and `[local_backup]`. */
export const stack = {
	METHOD: docker.METHOD,
	ON_DRIFT: docker.ON_DRIFT,
	TIMEOUT: { ...docker.DOCKER_TIMEOUT, aliases: ['DOCKER_TIMEOUT'] },
	EXCLUDE: {
		...localBackup.EXCLUDE,
		doc: 'Patterns left out of this stack, besides those of [local_backup].',
	},
	EXCLUDE_VOLUME: {
		...localBackup.EXCLUDE_VOLUME,
		doc: 'Volumes and bind mounts left out of this stack, besides those of [local_backup].',
	},
	ONE_FILE_SYSTEM: localBackup.ONE_FILE_SYSTEM,
	WARM: localBackup.WARM,
	DOWNTIME_BUDGET: docker.DOWNTIME_BUDGET,
	OVER_BUDGET: docker.OVER_BUDGET,
	RETRY_NOT_QUIESCED: docker.RETRY_NOT_QUIESCED,
} as const satisfies SectionKeys;

/** Where a key of `[stack:NAME]` that is not set takes its value from: section and key. */
export const stackParents = {
	METHOD: ['docker', 'METHOD'],
	ON_DRIFT: ['docker', 'ON_DRIFT'],
	TIMEOUT: ['docker', 'DOCKER_TIMEOUT'],
	EXCLUDE: ['local_backup', 'EXCLUDE'],
	EXCLUDE_VOLUME: ['local_backup', 'EXCLUDE_VOLUME'],
	ONE_FILE_SYSTEM: ['local_backup', 'ONE_FILE_SYSTEM'],
	WARM: ['local_backup', 'WARM'],
	DOWNTIME_BUDGET: ['docker', 'DOWNTIME_BUDGET'],
	OVER_BUDGET: ['docker', 'OVER_BUDGET'],
	RETRY_NOT_QUIESCED: ['docker', 'RETRY_NOT_QUIESCED'],
} as const satisfies Record<keyof typeof stack, readonly [string, string]>;
