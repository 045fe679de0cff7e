import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../../config/types.ts';
import type { ScheduleStatus } from '../schedule/status.ts';
import { type Check, fine, fixBy } from './run-checks.ts';

export interface HostCheckDeps {
	readonly paths: Paths;
	readonly schedule: () => Promise<ScheduleStatus>;
}

const isThere = (path: string) =>
	access(path).then(
		() => true,
		() => false,
	);

/** The configuration file, the schedule, and the directories the program writes. */
export function hostChecks({ paths, schedule }: HostCheckDeps): Check[] {
	return [
		{
			id: 'config',
			title: 'config',
			run: async () => {
				const mode = (await stat(paths.configFile)).mode & 0o777;
				const detail = `${paths.configFile} 0${mode.toString(8)}`;
				if ((mode & 0o077) === 0) return fine(detail);
				return {
					level: 'warn',
					detail: `${detail}: others can read it`,
					...fixBy('config', 'validate', '--fix'),
				};
			},
		},
		{
			id: 'timer',
			title: 'schedule',
			run: async () => {
				const status = await schedule();
				const fix = fixBy('schedule', 'install');
				if (status.kind === 'none') return { level: 'warn', detail: 'no backup starts by itself', ...fix };
				if (status.problem !== undefined) return { level: 'warn', detail: status.problem, ...fix };
				const next = status.nextRun === undefined ? '' : `, next run ${status.nextRun}`;
				return fine(`${status.kind}${next}`);
			},
		},
		{
			id: 'state',
			title: 'state',
			run: async () => {
				for (const path of [paths.stateDir, paths.logDir, paths.runDir]) {
					let at = path;
					while (!(await isThere(at))) at = join(at, '..');
					await access(at, constants.W_OK);
				}
				return fine(`${paths.stateDir}, ${paths.logDir} and ${paths.runDir} can be written`);
			},
		},
	];
}
