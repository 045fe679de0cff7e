import { randomBytes } from 'node:crypto';
import type { Config, RemoteConfig } from '../../config/types.ts';
import { findTool } from '../../process/find-tool.ts';
import { formatCount } from '../../runs/units.ts';
import type { CloudPort, RemoteStatus } from '../ports.ts';

/** What guards a remote, as it is configured; a command of the person's own does what it does. */
function guardsOf(remote: RemoteConfig): readonly string[] {
	if (remote.command.length > 0) return [];
	const { checkMaxAgeDays, maxDelete, deleteGraceDays } = remote;
	return [
		'repository whole and not locked',
		...(checkMaxAgeDays > 0 ? [`checked within ${formatCount(checkMaxAgeDays, 'day')}`] : []),
		`takes away at most ${/%$/.test(maxDelete) ? maxDelete : `${maxDelete} files`}`,
		...(deleteGraceDays > 0 ? [`what is taken away is kept ${formatCount(deleteGraceDays, 'day')}`] : []),
	];
}

/** How the remotes stand, from local files; a test asks the remote itself. */
export function createCloudPort(
	config: Config,
	env: Readonly<Record<string, string | undefined>>,
): CloudPort {
	const { location } = config.repository;
	const { stateDir } = config.paths;
	const directory = location.startsWith('/') ? location : undefined;
	const remoteOf = (name: string) => config.remotes.find((remote) => remote.name === name);
	return {
		remotes: async () => {
			const { remoteStatuses } = await import('../../services/sync/status.ts');
			const statuses = await remoteStatuses(config.remotes, config.paths.stateDir, directory, Date.now());
			return statuses.map((status): RemoteStatus => {
				const remote = remoteOf(status.name);
				return {
					name: status.name,
					target: status.display,
					bandwidth: remote?.bandwidth ?? '',
					expectedHours: remote?.expectedHours ?? 0,
					overdue: status.overdue,
					guards: remote === undefined ? [] : guardsOf(remote),
					history: status.history.map((past) => ({
						at: Date.parse(past.at),
						ok: past.ok,
						ms: past.ms,
						bytes: past.transferredBytes,
						text: past.problem?.message ?? '',
					})),
					...(status.lastSuccess === undefined ? {} : { lastGoodAt: Date.parse(status.lastSuccess) }),
					...(status.behindSnapshots === undefined ? {} : { behindSnapshots: status.behindSnapshots }),
					...(status.bytes === undefined ? {} : { bytes: status.bytes }),
					...(status.files === undefined ? {} : { files: status.files }),
				};
			});
		},
		test: async (name, signal) => {
			const [{ testRemote }, { createRclone }, { createProcessRunner }, { rememberMounts }] =
				await Promise.all([
					import('../../services/remote-test.ts'),
					import('../../rclone/client.ts'),
					import('../../process/run.ts'),
					import('../../services/sync/require-disks.ts'),
				]);
			const remote = remoteOf(name);
			if (remote === undefined) throw new Error(`there is no remote ${name}`);
			const startedAt = performance.now();
			const result = await testRemote(
				{
					rclone: (one: RemoteConfig) =>
						createRclone({
							runner: createProcessRunner({ cookie: `ui-${process.pid}` }),
							binary: findTool('rclone', config.tools.rclone),
							environment: env,
							settings: {
								configFile: one.rcloneConfig,
								transfers: one.transfers,
								bandwidth: one.bandwidth,
								extraOptions: one.extraOptions,
							},
							signal,
						}),
					environment: env,
					place: { repository: directory, stateDir },
					remember: (one, place, mounts) => rememberMounts(stateDir, one, place, mounts),
					token: () => randomBytes(4).toString('hex'),
					dryRun: false,
				},
				remote,
			);
			return {
				ok: result.ok,
				ms: Math.round(performance.now() - startedAt),
				steps: result.steps.map((step) => ({
					name: step.step,
					ok: step.ok,
					text: step.hint === undefined ? step.detail : `${step.detail}: ${step.hint}`,
				})),
			};
		},
	};
}
