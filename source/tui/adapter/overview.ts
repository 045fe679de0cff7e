import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/types.ts';
import { toBackupTuiError } from '../../errors.ts';
import { formatCount, formatDuration } from '../../runs/units.ts';
import type { ScheduleStatus } from '../../services/schedule/status.ts';
import type { DoctorCheck, Overview, OverviewPort } from '../ports.ts';
import { formatWhen } from '../text/times.ts';

/** What Home shows of the repository and of what dead runs left, from local files. */
export function createOverviewPort(options: {
	readonly config: Config;
	/** What is worth a word in the configuration. Throws what is wrong with it. */
	readonly configWarnings: () => Promise<readonly DoctorCheck[]>;
	/** Names of stacks that a dead run left down. */
	readonly owed: () => Promise<readonly string[]>;
	readonly schedule: () => Promise<ScheduleStatus>;
	readonly now: () => number;
}): OverviewPort {
	const { config, configWarnings, owed, schedule, now } = options;
	return {
		load: async (): Promise<Overview> => {
			const [{ loadLastCheck }, { readSpace }] = await Promise.all([
				import('../../services/repository-check.ts'),
				import('../../services/repository-space.ts'),
			]);
			const { location, minDiskSpaceMb } = config.repository;
			const local = location.startsWith('/');
			const spaces = local ? await readSpace([{ what: 'repository', path: location }], minDiskSpaceMb) : [];
			const gone = local && !(await isRepository(location));
			const check = await loadLastCheck(config.paths.stateDir);
			const [space] = spaces;
			const checked =
				check === undefined
					? 'never checked'
					: `check ${check.ok ? 'ok' : 'FAILED'} ${formatWhen(Date.parse(check.at), now())}`;
			const used =
				space === undefined || space.totalBytes === 0
					? ''
					: `   disk ${Math.round((1 - space.freeBytes / space.totalBytes) * 100)}% used`;
			const cloud = await cloudLine(config, now());
			const left = await owed();
			const warnings = await configLine(configWarnings);
			const planned = await schedule().catch(() => undefined);
			return {
				...(planned === undefined ? {} : { nextRun: scheduleText(planned, now()) }),
				repository: gone
					? `${location}   IS NOT THERE`
					: `${local ? location : 'remote'}   ${checked}${used}`,
				...(cloud === undefined ? {} : { cloud }),
				attention: [
					...(gone
						? [{ level: 'bad' as const, text: `no repository at ${location}: is its disk mounted?` }]
						: []),
					...left.map((name) => ({
						level: 'bad' as const,
						text: `${name} was left down by a run that died: backup-tui recover`,
					})),
					...(check?.ok === false
						? [{ level: 'bad' as const, text: `the last check found damage: ${check.errors[0] ?? ''}` }]
						: []),
					...spaces
						.filter((one) => one.low)
						.map((one) => ({ level: 'bad' as const, text: `the ${one.what}'s disk is almost full` })),
					...(warnings === undefined ? [] : [warnings]),
				],
			};
		},
	};
}

/** See restic's design document: a repository has a file `config`. One that may not be read is one all the same. */
async function isRepository(location: string): Promise<boolean> {
	return access(join(location, 'config')).then(
		() => true,
		(error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
	);
}

/** The configuration in one line, when there is something to say about it. */
async function configLine(
	configWarnings: () => Promise<readonly DoctorCheck[]>,
): Promise<Overview['attention'][number] | undefined> {
	try {
		const [first, ...more] = await configWarnings();
		if (first === undefined) return undefined;
		const text = more.length === 0 ? first.text : `${more.length + 1} warnings`;
		return { level: 'warning', text: `config: ${text}` };
	} catch (error) {
		return { level: 'bad', text: `config: ${toBackupTuiError(error).message.split('\n')[0]}` };
	}
}

/** The remotes in one line: the one that is farthest behind. */
async function cloudLine(config: Config, now: number): Promise<Overview['cloud']> {
	if (config.remotes.length === 0) return undefined;
	const { remoteStatuses } = await import('../../services/sync/status.ts');
	const { location } = config.repository;
	const directory = location.startsWith('/') ? location : undefined;
	const statuses = await remoteStatuses(config.remotes, config.paths.stateDir, directory, now);
	const late = statuses.find((status) => status.overdue);
	const shown = late ?? statuses[0];
	if (shown === undefined) return undefined;
	if (shown.lastSuccess === undefined) return { ok: false, text: `${shown.name}: never synced` };
	const when = formatWhen(Date.parse(shown.lastSuccess), now);
	const behind =
		shown.behindSnapshots === undefined || shown.behindSnapshots === 0
			? ''
			: `, ${formatCount(shown.behindSnapshots, 'snapshot')} behind`;
	return { ok: late === undefined, text: `${shown.name}: last sync ${when}${behind}` };
}

/** When the next backup begins by itself, in words. */
function scheduleText(status: ScheduleStatus, now: number): string {
	if (status.kind === 'none') return 'by hand: nothing is scheduled (backup-tui schedule install)';
	const by = status.kind === 'timer' ? 'systemd timer' : 'cron';
	if (!status.enabled) return `none: the ${by} is there, but not enabled`;
	if (status.nextRun === undefined) return `${status.calendar ?? ''} (${by})`;
	const at = Date.parse(status.nextRun);
	return `${formatWhen(at, now)} (${by}, in ${formatDuration(Math.max(0, at - now))})`;
}
