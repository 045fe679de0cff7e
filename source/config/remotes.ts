import type { Assignments } from './assignment.ts';
import type { ConfigProblem, OriginEntry } from './loaded.ts';
import type { PathBase } from './resolve-path.ts';
import { cloudSync } from './schema/cloud-sync.ts';
import type { SectionKeys, SectionValues } from './schema/key.ts';
import { readSection } from './section-values.ts';
import type { RemoteConfig } from './types.ts';

interface ReadRemotes {
	readonly remotes: readonly RemoteConfig[];
	/** RCLONE_CONFIG of `[cloud_sync]`, also where that section names no remote. */
	readonly rcloneConfig: string;
	readonly origins: readonly OriginEntry[];
	readonly problems: readonly ConfigProblem[];
}

const keys: SectionKeys = cloudSync;

/**
 * Reads `[cloud_sync]` and every `[cloud_sync:NAME]`. A further remote takes what it does not set from
 * `[cloud_sync]`, except what says where it is.
 */
export function readRemotes(assignments: Assignments, base: PathBase): ReadRemotes {
	const first = readSection('cloud_sync', cloudSync, assignments, base);
	const remotes: RemoteConfig[] = [];
	const problems: ConfigProblem[] = [...first.problems];
	const origins: OriginEntry[] = [...first.origins];
	if (first.values.RCLONE_REMOTE !== '' || first.values.SYNC_COMMAND.length > 0) {
		remotes.push(remoteOf('default', first.values));
		problems.push(...bothProblems('cloud_sync', first.values));
	}
	const parent = assignments.get('cloud_sync');
	for (const instance of assignments.keys()) {
		if (!instance.startsWith('cloud_sync:')) continue;
		const read = readSection(instance, cloudSync, assignments, base, (key) =>
			keys[key]?.inherits === false ? undefined : parent?.get(key),
		);
		origins.push(...read.origins);
		problems.push(...read.problems, ...bothProblems(instance, read.values));
		if (read.values.RCLONE_REMOTE === '' && read.values.SYNC_COMMAND.length === 0) {
			problems.push({ severity: 'error', section: instance, message: 'needs RCLONE_REMOTE or SYNC_COMMAND' });
		}
		remotes.push(remoteOf(instance.slice('cloud_sync:'.length), read.values));
	}
	return { remotes, rcloneConfig: first.values.RCLONE_CONFIG, origins, problems };
}

type Values = SectionValues<typeof cloudSync>;

function remoteOf(name: string, values: Values): RemoteConfig {
	return {
		name,
		remote: values.RCLONE_REMOTE,
		path: values.RCLONE_PATH,
		transfers: values.TRANSFERS,
		retries: values.RETRIES,
		bandwidth: values.BANDWIDTH,
		syncTimeoutSeconds: values.SYNC_TIMEOUT,
		maxDelete: values.MAX_DELETE,
		deleteGraceDays: values.DELETE_GRACE_DAYS,
		checkMaxAgeDays: values.CHECK_MAX_AGE_DAYS,
		extraOptions: values.EXTRA_OPTIONS,
		command: values.SYNC_COMMAND,
		rcloneConfig: values.RCLONE_CONFIG,
		copyPasswordFile: values.COPY_PASSWORD_FILE,
		expectedHours: values.EXPECTED_HOURS,
	};
}

function bothProblems(section: string, values: Values): readonly ConfigProblem[] {
	if (values.RCLONE_REMOTE === '' || values.SYNC_COMMAND.length === 0) return [];
	return [
		{
			severity: 'error',
			section,
			message: 'RCLONE_REMOTE and SYNC_COMMAND are both set',
			hint: 'give the command a section of its own, such as [cloud_sync:own]',
		},
	];
}
