import { join } from 'node:path';
import type { Assignment, Assignments } from './assignment.ts';
import { choosePaths } from './choose-paths.ts';
import type { ConfigProblem, OriginEntry } from './loaded.ts';
import type { Surroundings } from './locations.ts';
import { credentialsIn } from './mask.ts';
import { choosePassword } from './password-source.ts';
import { readRemotes } from './remotes.ts';
import type { PathBase } from './resolve-path.ts';
import { sections } from './schema.ts';
import { readSection } from './section-values.ts';
import { readStacks } from './stack-sections.ts';
import type { Config } from './types.ts';

/** What the configuration is made from, besides the assignments. */
export interface AssembleParts {
	/** Absolute path of the file, for relative paths in it. */
	readonly configFile: string;
	readonly assignments: Assignments;
	readonly around: Surroundings;
	readonly base: PathBase;
	/** The machine's name, for an empty HOSTNAME. */
	readonly hostname: string;
	/** Path of the systemd credential with the password; empty = none. */
	readonly credential: string;
	readonly exists: (path: string) => boolean;
}

export interface Assembled {
	readonly config: Config;
	readonly origins: readonly OriginEntry[];
	readonly problems: readonly ConfigProblem[];
}

/** Makes the typed configuration of all layers, and reports every value that cannot be used. */
export function assembleConfig(parts: AssembleParts): Assembled {
	const { assignments, base } = parts;
	const docker = readSection('docker', sections.docker, assignments, base);
	const backup = readSection('local_backup', sections.local_backup, assignments, base);
	const restore = readSection('restore', sections.restore, assignments, base);
	const places = readSection('paths', sections.paths, assignments, base);
	const tools = readSection('tools', sections.tools, assignments, base);
	const logging = readSection('logging', sections.logging, assignments, base);
	const remotes = readRemotes(assignments, base);
	const stacks = readStacks(assignments, base);
	const password = choosePassword(backup.values, assignments, parts.credential);
	const paths = choosePaths(parts.configFile, places.values, parts.around, parts.exists);
	const { values } = backup;
	const config: Config = {
		paths,
		tools: { docker: tools.values.DOCKER, restic: tools.values.RESTIC, rclone: tools.values.RCLONE },
		docker: {
			stacksDir: docker.values.DOCKER_STACKS_DIR,
			timeoutSeconds: docker.values.DOCKER_TIMEOUT,
			settleSeconds: docker.values.SETTLE_SECONDS,
			unknownSeconds: docker.values.UNKNOWN_SECONDS,
			upTimeoutSeconds: docker.values.UP_TIMEOUT,
		},
		repository: {
			location: values.RESTIC_REPOSITORY,
			password: password.source,
			backupTimeoutSeconds: values.BACKUP_TIMEOUT,
			hostname: values.HOSTNAME === '' ? parts.hostname : values.HOSTNAME,
			keepDaily: values.KEEP_DAILY,
			keepWeekly: values.KEEP_WEEKLY,
			keepMonthly: values.KEEP_MONTHLY,
			keepYearly: values.KEEP_YEARLY,
			autoPrune: values.AUTO_PRUNE,
			appendOnly: values.APPEND_ONLY,
			verification: values.ENABLE_VERIFICATION,
			verificationDepth: values.VERIFICATION_DEPTH,
			checkEveryDays: values.CHECK_EVERY_DAYS,
			checkReadDataPercent: values.CHECK_READ_DATA_PERCENT,
			shrinkLimitPercent: values.SHRINK_LIMIT,
			minDiskSpaceMb: values.MIN_DISK_SPACE_MB,
			ballastMb: values.BALLAST_MB,
			retryLockSeconds: values.RETRY_LOCK,
			openTimeoutSeconds: values.OPEN_TIMEOUT,
			rcloneConfig: remotes.rcloneConfig,
			excludeCaches: values.EXCLUDE_CACHES,
			excludeIfPresent: values.EXCLUDE_IF_PRESENT,
			compression: values.COMPRESSION,
			saveImages: values.SAVE_IMAGES,
		},
		remotes: remotes.remotes,
		restore: {
			directory:
				restore.values.RESTORE_DIR === '' ? join(paths.stateDir, 'restore') : restore.values.RESTORE_DIR,
			timeoutSeconds: restore.values.RESTORE_TIMEOUT,
		},
		logging: {
			level: logging.values.LOG_LEVEL,
			keepRuns: logging.values.KEEP_RUNS,
			keepRunDays: logging.values.KEEP_RUN_DAYS,
		},
		stack: stacks.stack,
		stackSections: stacks.names,
		secrets: [...new Set([values.RESTIC_PASSWORD, ...credentialsIn(values.RESTIC_REPOSITORY)])].filter(
			(secret) => secret !== '',
		),
	};
	const read = [docker, backup, remotes, restore, places, tools, logging, stacks];
	return {
		config,
		origins: read.flatMap((section) => section.origins).map((entry) => effective(entry, config)),
		problems: [
			...read.flatMap((section) => section.problems),
			...password.problems,
			...togetherProblems(config, assignments),
		],
	};
}

function effective(entry: OriginEntry, config: Config): OriginEntry {
	const { paths, repository, restore } = config;
	const found: Readonly<Record<string, string>> = {
		'paths DIRLIST': paths.dirlist,
		'paths STATE_DIR': paths.stateDir,
		'paths LOG_DIR': paths.logDir,
		'paths RUN_DIR': paths.runDir,
		'paths CACHE_DIR': paths.cacheDir,
		'restore RESTORE_DIR': restore.directory,
		'local_backup HOSTNAME': repository.hostname,
	};
	return { ...entry, value: found[`${entry.section} ${entry.key}`] ?? entry.value };
}

// What each value alone cannot show.
function togetherProblems(config: Config, assignments: Assignments): readonly ConfigProblem[] {
	const { repository } = config;
	const kept = [repository.keepDaily, repository.keepWeekly, repository.keepMonthly, repository.keepYearly];
	const keys = assignments.get('local_backup');
	const found: ConfigProblem[] = [];
	if (kept.every((count) => count === 0)) {
		const last: Assignment | undefined = keys?.get('KEEP_DAILY');
		found.push({
			severity: 'error',
			section: 'local_backup',
			...(last?.line === undefined ? {} : { line: last.line }),
			message: 'KEEP_DAILY, KEEP_WEEKLY, KEEP_MONTHLY and KEEP_YEARLY are all 0: no snapshot would be kept',
			hint: 'to keep every snapshot set AUTO_PRUNE=false',
		});
	}
	const stacksDir = config.docker.stacksDir;
	if (stacksDir !== '' && `${repository.location}/`.startsWith(`${stacksDir}/`)) {
		found.push({
			severity: 'warning',
			section: 'local_backup',
			key: 'RESTIC_REPOSITORY',
			message: 'lies in the stacks directory, and so on the disk whose loss it is meant for',
			hint: 'put it on another disk',
		});
	}
	return found;
}
