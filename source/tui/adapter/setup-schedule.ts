import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/types.ts';
import type { ScheduleService } from '../../services/schedule.ts';
import type { SetupAnswers, SetupSchedule } from '../ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The schedule service of a configuration, and whether systemd runs here. */
export type ScheduleWiring = (options: { readonly config: Config; readonly env: Environment }) => Promise<{
	readonly service: ScheduleService;
	readonly systemd: boolean;
	/** Whether cron's directory of the whole system may be written. */
	readonly root: boolean;
}>;

const wireHere: ScheduleWiring = async (options) => ({
	service: (await import('../../wiring-schedule.ts')).wireSchedule(options),
	// See sd_booted(3).
	systemd: existsSync('/run/systemd/system'),
	root: process.geteuid?.() === 0,
});

/** @returns the schedule of the answers, as files that are not written yet; undefined when backups are made by hand */
export async function planSchedule(
	answers: SetupAnswers,
	options: { readonly configFile: string; readonly env: Environment; readonly wire?: ScheduleWiring },
): Promise<SetupSchedule | undefined> {
	if (answers.schedule === '') return undefined;
	const { configFile, env, wire = wireHere } = options;
	const { config } = loadConfig({ configPath: configFile, env });
	const { service, systemd, root } = await wire({ config, env });
	const request = {
		cron: !systemd,
		time: answers.schedule,
		delayMinutes: 15,
		sync: answers.cloud !== '',
	};
	if (!systemd && !root) return { lines: [`for your crontab (crontab -e): ${service.crontabLine(request)}`] };
	const plan = await service.plan(request);
	const words = { absent: 'new', same: 'there already', different: 'will be replaced' };
	return {
		lines: plan.files.map(({ path, now }) => `${path} (${words[now]})`),
		install: async () => {
			await plan.install();
			const { nextRun, problem } = await service.status();
			if (problem !== undefined) return `the schedule is written, but: ${problem}`;
			return `the schedule is on${nextRun === undefined ? '' : `, next run ${new Date(nextRun).toLocaleString()}`}`;
		},
	};
}
