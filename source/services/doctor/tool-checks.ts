import type { Config } from '../../config/types.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ProcessRunner } from '../../process/command.ts';
import { childEnvironment } from '../../process/environment.ts';
import { findTool, toolElsewhere } from '../../process/find-tool.ts';
import * as rclone from '../../rclone/version.ts';
import * as restic from '../../restic/version.ts';
import type { Engine } from '../../stacks/engine.ts';
import { type Check, type CheckFinding, fine } from './run-checks.ts';

export interface ToolCheckDeps {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly runner: ProcessRunner;
	readonly engine: () => Promise<Engine>;
}

/** A restic or rclone that is too old, or does not say which it is. */
function unusable(tool: 'restic' | 'rclone', detail: string, oldest: string): CheckFinding {
	return {
		level: 'fail',
		detail,
		fix: `install ${tool} ${oldest} or newer, or set ${tool.toUpperCase()} in [tools]`,
		exitCode: exitCodes.unavailable,
	};
}

function judgeRestic(said: string): CheckFinding {
	const version = restic.parseVersion(said);
	if (version === undefined)
		return unusable('restic', `does not answer like restic: ${said}`, restic.oldestVersion);
	if (restic.isTooOld(version))
		return unusable('restic', `restic ${version.text} is too old`, restic.oldestVersion);
	const missing = restic.missingAbilities(version);
	if (missing.length === 0) return fine(`restic ${version.text}`);
	return {
		level: 'warn',
		detail: `restic ${version.text} works, but cannot ${missing.join(', ')}`,
		fix: 'install a newer restic (0.19 or later) and set RESTIC in [tools]',
	};
}

function judgeRclone(said: string): CheckFinding {
	const version = rclone.parseVersion(said);
	if (version === undefined)
		return unusable('rclone', `does not answer like rclone: ${said}`, rclone.oldestVersion);
	if (rclone.isTooOld(version))
		return unusable('rclone', `rclone ${version.text} is too old`, rclone.oldestVersion);
	return fine(`rclone ${version.text}`);
}

/** True when a remote, or the repository itself, is reached by rclone. */
function needsRclone({ remotes, repository }: Config): boolean {
	return repository.location.startsWith('rclone:') || remotes.some((remote) => remote.command.length === 0);
}

/** Says which program is used, where a shell would start another one: their versions may differ. */
function withOther(tool: 'restic' | 'rclone', config: Config, report: CheckFinding): CheckFinding {
	const used = findTool(tool, config.tools[tool]);
	const other = toolElsewhere(tool, used);
	return other === undefined
		? report
		: { ...report, detail: `${report.detail} (${used}; your shell starts ${other})` };
}

/** Docker, Compose, restic and rclone: are they there, and new enough. */
export function toolChecks(deps: ToolCheckDeps): Check[] {
	const { config, env, runner } = deps;
	const firstLine = async (tool: 'docker' | 'restic' | 'rclone', args: readonly string[]) => {
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
			id: 'restic',
			title: 'restic',
			run: async () =>
				withOther('restic', config, judgeRestic((await firstLine('restic', ['version'])).line)),
		},
		{
			id: 'rclone',
			title: 'rclone',
			run: async () => {
				if (config.remotes.length === 0 && !needsRclone(config))
					return fine('not needed: no remote is configured');
				if (!needsRclone(config)) return fine('not needed: the remotes are commands of your own');
				return withOther('rclone', config, judgeRclone((await firstLine('rclone', ['version'])).line));
			},
		},
	];
}
