import type { Config } from '../../config/types.ts';
import { formatDuration } from '../../runs/units.ts';
import type { Overview, OverviewPort } from '../ports.ts';

/** What Home shows of the repository and of what dead runs left, from local files. */
export function createOverviewPort(options: {
	readonly config: Config;
	/** Names of stacks that a dead run left down. */
	readonly owed: () => readonly string[];
	readonly now: () => number;
}): OverviewPort {
	const { config, owed, now } = options;
	return {
		load: async (): Promise<Overview> => {
			const [{ readLastCheck }, { readSpace }] = await Promise.all([
				import('../../services/repository-check.ts'),
				import('../../services/repository-space.ts'),
			]);
			const { location, minDiskSpaceMb } = config.repository;
			const local = location.startsWith('/');
			const spaces = local ? await readSpace([{ what: 'repository', path: location }], minDiskSpaceMb) : [];
			const check = readLastCheck(config.paths.stateDir);
			const [space] = spaces;
			const checked =
				check === undefined
					? 'never checked'
					: `check ${check.ok ? 'ok' : 'FAILED'} ${formatDuration(now() - Date.parse(check.at))} ago`;
			const used =
				space === undefined || space.totalBytes === 0
					? ''
					: `   disk ${Math.round((1 - space.freeBytes / space.totalBytes) * 100)}% used`;
			const left = owed();
			return {
				repository: `${local ? location : 'remote'}   ${checked}${used}`,
				attention: [
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
				],
			};
		},
	};
}
