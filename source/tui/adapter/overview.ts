import type { Config } from '../../config/types.ts';
import { formatDuration } from '../../runs/units.ts';
import type { ScheduleStatus } from '../../services/schedule/status.ts';
import type { Overview as Status } from '../../services/status.ts';
import type { Overview, OverviewPort } from '../ports.ts';
import { formatWhen } from '../text/times.ts';

/** The judgement, and what Home shows of the repository, from local files. */
export function createOverviewPort(options: {
	readonly config: Config;
	/** The same as `status` shows. */
	readonly status: () => Promise<Status>;
	readonly now: () => number;
}): OverviewPort {
	const { config, status, now } = options;
	return {
		load: async (): Promise<Overview> => {
			const judged = await status();
			const { findings, stacks, remotes, schedule } = judged;
			return {
				...(schedule === undefined ? {} : { nextRun: scheduleText(schedule, now()) }),
				repository: await repositoryText(config, judged, now()),
				...cloudLine(remotes, now()),
				findings,
				stacks: Object.fromEntries(
					stacks.flatMap(({ key, backup }) => (backup === undefined ? [] : [[key, backup]])),
				),
				remotes: Object.fromEntries(
					remotes.flatMap(({ name, sync }) => (sync === undefined ? [] : [[name, sync]])),
				),
			};
		},
	};
}

async function repositoryText(config: Config, { findings }: Status, now: number): Promise<string> {
	const [{ loadLastCheck }, { readSpace }] = await Promise.all([
		import('../../services/repository-check.ts'),
		import('../../services/repository-space.ts'),
	]);
	const { location, minDiskSpaceMb } = config.repository;
	const local = location.startsWith('/');
	if (findings.some(({ id, level }) => id === 'repository' && level === 'problem'))
		return `${local ? location : 'remote'}   IS NOT THERE`;
	const check = await loadLastCheck(config.paths.stateDir);
	const [space] = local ? await readSpace([{ what: 'repository', path: location }], minDiskSpaceMb) : [];
	const checked =
		check === undefined
			? 'never checked'
			: `check ${check.ok ? 'ok' : 'FAILED'} ${formatWhen(Date.parse(check.at), now)}`;
	const used =
		space === undefined || space.totalBytes === 0
			? ''
			: `   disk ${Math.round((1 - space.freeBytes / space.totalBytes) * 100)}% used`;
	return `${local ? location : 'remote'}   ${checked}${used}`;
}

/** The remotes in one line: the worst of them. */
function cloudLine(remotes: Status['remotes'], now: number): Pick<Overview, 'cloud'> {
	const rank = { problem: 0, warning: 1, ok: 2 };
	const [shown] = remotes.toSorted((a, b) => rank[a.sync?.level ?? 'ok'] - rank[b.sync?.level ?? 'ok']);
	if (shown === undefined) return {};
	const level = shown.sync?.level ?? 'ok';
	if (shown.lastSuccess === undefined && shown.sync?.state !== 'failed')
		return { cloud: { level, text: `${shown.name}: never synced` } };
	const when = shown.lastSuccess === undefined ? 'never' : formatWhen(Date.parse(shown.lastSuccess), now);
	const good = `last good sync ${when}`;
	const behind =
		shown.behindSnapshots === undefined || shown.behindSnapshots === 0
			? ''
			: `, ${shown.behindSnapshots} behind`;
	const failed = shown.sync?.state === 'failed' ? 'the last sync FAILED, ' : '';
	return { cloud: { level, text: `${shown.name}: ${failed}${good}${behind}` } };
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
