import type { Config } from '../../config/types.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ProcessRunner } from '../../process/command.ts';
import { childEnvironment } from '../../process/environment.ts';
import { findTool } from '../../process/find-tool.ts';
import type { Engine } from '../../stacks/engine.ts';
import { type Check, fine } from './run-checks.ts';

export interface ToolCheckDeps {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly runner: ProcessRunner;
	readonly engine: () => Promise<Engine>;
}

/** Docker, Compose and rclone; restic is looked at with its repository. */
export function toolChecks(deps: ToolCheckDeps): Check[] {
	const { config, env, runner } = deps;
	const firstLine = async (tool: 'docker' | 'rclone', args: readonly string[]) => {
		const file = findTool(tool, config.tools[tool]);
		const result = await runner.run({
			tool,
			file,
			args,
			env: childEnvironment(env, ['DOCKER_*']),
			timeoutMs: 15_000,
			readOnly: true,
		});
		return { ...result, line: `${result.stdout}${result.stderr}`.split('\n')[0]?.trim() ?? '' };
	};
	return [
		{
			id: 'docker',
			title: 'docker',
			run: async () => {
				const engine = await deps.engine();
				const info = await engine.info({ timeoutMs: 10_000 });
				return fine(`engine ${info.version} at ${engine.endpoint}`);
			},
		},
		{
			id: 'compose',
			title: 'docker compose',
			run: async () => {
				const result = await firstLine('docker', ['compose', 'version', '--short']);
				if (result.exitCode === 0) return fine(`v${result.line.replace(/^v/, '')}`);
				return {
					level: 'fail',
					detail: `docker compose does not work: ${result.line}`,
					fix: 'install the Compose v2 plugin (docker-compose-plugin or docker-compose-v2)',
					exitCode: exitCodes.unavailable,
				};
			},
		},
		{
			id: 'rclone',
			title: 'rclone',
			run: async () => {
				if (config.remotes.length === 0) return fine('not needed: no remote is configured');
				const result = await firstLine('rclone', ['version']);
				return result.exitCode === 0
					? fine(result.line)
					: { level: 'fail', detail: result.line, exitCode: exitCodes.unavailable };
			},
		},
	];
}
