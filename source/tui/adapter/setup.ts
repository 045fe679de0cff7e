import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newConfigPath } from '../../config/find-config.ts';
import { importOlder } from '../../config/import-older.ts';
import { loadConfig, surroundings } from '../../config/load.ts';
import { baseDirectory } from '../../config/locations.ts';
import { configTemplate } from '../../config/template.ts';
import type { Config } from '../../config/types.ts';
import { writeNewFile } from '../../config/write-new-file.ts';
import { toBackupTuiError } from '../../errors.ts';
import { findTool } from '../../process/find-tool.ts';
import type { SetupAnswers, SetupHint, SetupPort } from '../ports.ts';
import { setupHints } from './setup-hints.ts';
import { planSchedule, type ScheduleWiring } from './setup-schedule.ts';
import { withRestic } from './snapshots.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const usualStacks = [
	'/opt/docker-stacks',
	'/opt/stacks',
	'/srv/docker',
	'/srv/stacks',
	'/root/docker',
	'/home/docker',
];
const usualOlder = [
	'backup-script/config/config.ini',
	'backup-script/config/backup.conf',
	'backup-tui/config/config.ini',
];

function values(answers: SetupAnswers): Map<string, Map<string, string>> {
	const [remote = '', path = ''] = answers.cloud.split(/:(.*)/s);
	// The directory itself is the remote: it must be there, so an unmounted disk stops a sync. RCLONE_PATH is below it.
	const cloud: (readonly [string, string])[] = answers.cloud.startsWith('/')
		? [['RCLONE_REMOTE', answers.cloud]]
		: [
				['RCLONE_REMOTE', remote],
				['RCLONE_PATH', path],
			];
	return new Map([
		['docker', new Map([['DOCKER_STACKS_DIR', answers.stacksDir]])],
		[
			'local_backup',
			new Map([
				['RESTIC_REPOSITORY', answers.repository],
				['RESTIC_PASSWORD_FILE', answers.passwordFile],
			]),
		],
		...(answers.cloud === '' ? [] : ([['cloud_sync', new Map(cloud)]] as const)),
	]);
}

function toolHint(name: string, needed: boolean, configured: string | undefined): SetupHint {
	try {
		return { level: 'ok', text: `${name}: ${findTool(name, configured ?? '')}` };
	} catch (error) {
		const { message, hint } = error as { message: string; hint?: string };
		return { level: needed ? 'bad' : 'warning', text: `${message}: ${hint ?? ''}` };
	}
}

/** The disks of the remotes are those that are mounted now: an unmounted one is noticed by the first sync. */
async function rememberDisks(config: Config, env: Environment): Promise<void> {
	const [{ rememberMounts, requireMounted }, { resolvePlace }, { diskFacts, openRclone }] = await Promise.all(
		[
			import('../../services/sync/require-disks.ts'),
			import('../../services/sync/place.ts'),
			import('../../wiring-sync.ts'),
		],
	);
	for (const remote of config.remotes.filter((one) => one.remote.startsWith('/'))) {
		const rclone = { definitions: () => openRclone({ config, env, dryRun: false }, remote).definitions() };
		const place = await resolvePlace(remote, env, rclone);
		const { mounts } = await requireMounted(remote, place, diskFacts(config));
		rememberMounts(config.paths.stateDir, remote, place, mounts);
	}
}

/** The first start: finds out what there is, writes what is decided. */
export function createSetupPort(options: {
	readonly env: Environment;
	readonly configPath: string | undefined;
	/** Where the schedule goes; the machine's own when not given. */
	readonly schedule?: ScheduleWiring;
}): SetupPort {
	const { env, configPath } = options;
	const around = surroundings({ env });
	const configFile = newConfigPath(configPath, around);
	const passwordFile = join(dirname(configFile), 'restic-password');
	const stacksDir = usualStacks.find((path) => existsSync(path)) ?? '/opt/docker-stacks';
	const repository = existsSync('/mnt/backup') ? '/mnt/backup/restic-repo' : '/var/backups/restic-repo';
	const olderConfig = usualOlder.map((path) => join(around.home, path)).find((path) => existsSync(path));
	return {
		configFile,
		defaults: { stacksDir, repository, passwordFile, cloud: '', schedule: '03:00' },
		tools: async () => [
			toolHint('docker', true, env.BACKUP_TUI_DOCKER),
			toolHint('restic', true, env.BACKUP_TUI_RESTIC),
			toolHint('rclone', false, env.BACKUP_TUI_RCLONE),
			existsSync(configFile)
				? { level: 'bad', text: `${configFile} exists already` }
				: { level: 'info', text: `no config yet: ${configFile} will be written` },
		],
		hints: (field, answers) => setupHints(field, answers, env),
		preview: (answers) => configTemplate(values(answers)),
		save: async (answers, onStep) => {
			let password: string | undefined;
			if (!existsSync(answers.passwordFile)) {
				password = randomBytes(24).toString('base64url');
				writeNewFile(answers.passwordFile, `${password}\n`);
				onStep(`the password is in ${answers.passwordFile} (0600)`);
			} else onStep(`the password in ${answers.passwordFile} is used`);
			if (!existsSync(configFile)) writeNewFile(configFile, configTemplate(values(answers)));
			onStep(`wrote ${configFile} (0600)`);
			const { config } = loadConfig({ configPath: configFile, env });
			const presence = await withRestic(config, env, async (restic) => {
				const found = await restic.presence();
				if (found === 'absent' || found === 'empty') {
					const { id } = await restic.init();
					return `made the repository ${restic.location.display} (${id.slice(0, 8)})`;
				}
				if (found === 'unknown') {
					const made = await restic.config().then(
						() => false,
						() => true,
					);
					if (made) await restic.init();
					return `${made ? 'made' : 'opened'} the repository ${restic.location.display}`;
				}
				await restic.config();
				return `opened the repository ${restic.location.display}`;
			});
			onStep(presence);
			await rememberDisks(config, env).catch((error: unknown) => onStep(toBackupTuiError(error).message));
			const { wireStacks } = await import('../../wiring-stacks.ts');
			const found = await wireStacks({ config, env }).sync();
			onStep(`listed ${found.length} stacks in ${config.paths.dirlist}, all off`);
			return password;
		},
		planSchedule: (answers) =>
			planSchedule(answers, {
				configFile,
				env,
				...(options.schedule === undefined ? {} : { wire: options.schedule }),
			}),
		...(olderConfig === undefined ? {} : { olderConfig }),
		importOlder: async (path) => {
			const imported = importOlder(readFileSync(path, 'utf8'), baseDirectory(realpathSync(path)));
			writeNewFile(configFile, imported.text);
			const dropped = imported.keys.filter((key) => key.outcome === 'dropped').length;
			return [
				`wrote ${configFile} from ${path}`,
				`${imported.keys.length - dropped} values taken over, ${dropped} not (they stand at its end as comments)`,
			];
		},
	};
}
