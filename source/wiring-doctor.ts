import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from './exit-codes.ts';
import { childEnvironment } from './process/environment.ts';
import { findTool } from './process/find-tool.ts';
import { createProcessRunner } from './process/run.ts';
import { createRestic } from './restic/client.ts';
import { missingAbilities } from './restic/version.ts';
import { listRuns } from './runs/run-files.ts';
import { formatBytes, formatCount, formatDuration } from './runs/units.ts';
import { discoverConfigured, duplicateRefusals } from './services/discover-configured.ts';
import { type Check, type CheckFinding, type CheckReport, runChecks } from './services/doctor.ts';
import { readLastCheck } from './services/repository-check.ts';
import { readSpace } from './services/repository-space.ts';
import { connectDocker } from './wiring.ts';
import type { BackupWiring } from './wiring-backup.ts';

const ok = (detail: string): CheckFinding => ({ level: 'ok', detail });

/** Runs every check that needs no stack to be touched. Never throws for what it finds. */
export async function runDoctor(options: BackupWiring): Promise<readonly CheckReport[]> {
	return runChecks([
		...toolChecks(options),
		...repositoryChecks(options),
		...stackChecks(options),
		...hostChecks(options),
	]);
}

function toolChecks(options: BackupWiring): Check[] {
	const { config, env } = options;
	const runner = createProcessRunner({ cookie: `doctor-${process.pid}` });
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
				const access = await connectDocker(options);
				const info = await access.engine.info({ timeoutMs: 10_000 });
				return ok(`engine ${info.version} at ${access.engine.endpoint}`);
			},
		},
		{
			id: 'compose',
			title: 'docker compose',
			run: async () => {
				const result = await firstLine('docker', ['compose', 'version', '--short']);
				if (result.exitCode === 0) return ok(`v${result.line.replace(/^v/, '')}`);
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
				if (config.remotes.length === 0) return ok('not needed: no remote is configured');
				const result = await firstLine('rclone', ['version']);
				return result.exitCode === 0
					? ok(result.line)
					: { level: 'fail', detail: result.line, exitCode: exitCodes.unavailable };
			},
		},
	];
}

function repositoryChecks(options: BackupWiring): Check[] {
	const { config, env } = options;
	return [
		{
			id: 'repository',
			title: 'repository',
			run: async () => {
				await using restic = createRestic({
					runner: createProcessRunner({ cookie: `doctor-${process.pid}` }),
					binary: findTool('restic', config.tools.restic),
					repository: config.repository.location,
					password: config.repository.password,
					runDir: config.paths.runDir,
					cacheDir: config.paths.cacheDir,
					environment: env,
					clock: () => Date.now(),
					hostname: hostname(),
					retryLockSeconds: 0,
					backupTimeoutMs: 60_000,
					withoutCache: true,
				});
				const version = await restic.version();
				const { id } = await restic.config();
				const locks = await restic.locks();
				const findings: CheckFinding[] = [
					ok(`${restic.location.display} opens, id ${id.slice(0, 8)}, restic ${version.text}`),
				];
				const missing = missingAbilities(version);
				if (missing.length > 0) {
					findings.push({
						level: 'warn',
						detail: `restic ${version.text} works, but cannot ${missing.join(', ')}`,
						fix: 'install a newer restic (0.19 or later) and set RESTIC in [tools]',
					});
				}
				if (locks.length > 0) {
					findings.push({
						level: 'warn',
						detail: `${formatCount(locks.length, 'lock')} in the repository`,
						fix: 'if no restic is at work: backup-tui unlock',
					});
				}
				return findings;
			},
		},
		{
			id: 'check',
			title: 'last check',
			run: async () => {
				const last = readLastCheck(config.paths.stateDir);
				if (last === undefined)
					return { level: 'warn', detail: 'the repository was never checked', fix: 'backup-tui check' };
				const age = formatDuration(Date.now() - Date.parse(last.at));
				if (last.ok) return ok(`found nothing, ${age} ago`);
				return {
					level: 'fail',
					detail: `${age} ago: ${last.errors[0] ?? 'errors'}`,
					fix: 'backup-tui check',
				};
			},
		},
		{
			id: 'space',
			title: 'disk space',
			run: async () => {
				const local = config.repository.location.startsWith('/');
				const spaces = await readSpace(
					[
						...(local ? [{ what: 'repository' as const, path: config.repository.location }] : []),
						{ what: 'cache', path: config.paths.cacheDir },
						{ what: 'state', path: config.paths.stateDir },
					],
					config.repository.minDiskSpaceMb,
				);
				return spaces.map((space): CheckFinding => {
					const detail = `${space.what}: ${formatBytes(space.freeBytes)} free of ${formatBytes(space.totalBytes)}`;
					return space.low ? { level: 'fail', detail, fix: 'free space: backup-tui prune' } : ok(detail);
				});
			},
		},
		{
			id: 'same-disk',
			title: 'other disk',
			run: async () => {
				const { location } = config.repository;
				if (!location.startsWith('/') || !existsSync(location) || !existsSync(config.docker.stacksDir)) {
					return ok('the repository is elsewhere, or not there yet');
				}
				if (statSync(location).dev !== statSync(config.docker.stacksDir).dev)
					return ok('repository and stacks lie on different disks');
				return config.remotes.length > 0
					? ok('repository and stacks share a disk, but there is an off-site remote')
					: {
							level: 'warn',
							detail: 'repository and stacks lie on the same disk: one disk failure takes both',
							fix: 'add a remote: [cloud_sync]',
						};
			},
		},
	];
}

function stackChecks(options: BackupWiring): Check[] {
	const { config, env } = options;
	return [
		{
			id: 'stacks',
			title: 'stacks',
			run: async () => {
				const { stacks } = await discoverConfigured(config, env);
				const enabled = stacks.filter((stack) => stack.enabled);
				const findings: CheckFinding[] = [
					enabled.length > 0
						? ok(`${enabled.length} of ${formatCount(stacks.length, 'stack')} enabled`)
						: {
								level: 'fail',
								detail: `none of ${formatCount(stacks.length, 'stack')} is enabled`,
								fix: 'backup-tui stacks enable NAME',
							},
				];
				for (const stack of enabled.filter((one) => one.missing)) {
					findings.push({
						level: 'fail',
						detail: `${stack.name}: ${stack.directory} is missing`,
						fix: `backup-tui stacks remove ${stack.key}`,
					});
				}
				for (const stack of stacks.filter((one) => one.unmanageable !== undefined)) {
					findings.push({
						level: 'warn',
						detail: `${stack.name}: ${stack.unmanageable}`,
						fix: 'rename the directory',
					});
				}
				for (const [key, refusal] of duplicateRefusals(stacks)) {
					if (enabled.some((stack) => stack.key === key))
						findings.push({
							level: 'fail',
							detail: refusal.message,
							...(refusal.hint === undefined ? {} : { fix: refusal.hint }),
						});
				}
				const names = new Set(stacks.map((stack) => stack.name));
				for (const name of config.stackSections.filter((section) => !names.has(section))) {
					findings.push({
						level: 'warn',
						detail: `[stack:${name}] in the config is no stack`,
						fix: 'correct the name or remove the section',
					});
				}
				return findings;
			},
		},
		{
			id: 'journal',
			title: 'left down',
			run: async () => {
				const owed = options.services.owed();
				if (owed.length === 0) return ok('no stack was left down by a run');
				return {
					level: 'fail',
					detail: owed.map((entry) => entry.name).join(', '),
					fix: 'backup-tui recover',
					exitCode: exitCodes.stackDown,
				};
			},
		},
		{
			id: 'held-back',
			title: 'shrunk',
			run: async () => {
				const held = options.heldBack.all();
				if (held.length === 0) return ok('no snapshot shrank suspiciously');
				const names = held.map((entry) => entry.stack);
				return {
					level: 'fail',
					detail: `${names.join(', ')}: forget and sync are held back`,
					fix: `backup-tui backup ${names[0]} --accept-shrink`,
				};
			},
		},
		{
			id: 'last-backup',
			title: 'last backup',
			run: async () => {
				const last = listRuns(config.paths.stateDir).find(
					(run) => run.command === 'backup' && run.status !== 'running',
				);
				if (last === undefined)
					return { level: 'warn', detail: 'there was none yet', fix: 'backup-tui backup' };
				const age = formatDuration(Date.now() - Date.parse(last.startedAt));
				if (last.summary?.exitCode === 0) return ok(`${age} ago, ok`);
				return {
					level: 'fail',
					detail: `${age} ago: ${last.summary === undefined ? 'was killed' : `exit code ${last.summary.exitCode}`}`,
					fix: `backup-tui logs ${last.id}`,
				};
			},
		},
	];
}

function hostChecks(options: BackupWiring): Check[] {
	const { paths } = options.config;
	return [
		{
			id: 'config',
			title: 'config',
			run: async () => {
				const mode = statSync(paths.configFile).mode & 0o777;
				const detail = `${paths.configFile} 0${mode.toString(8)}`;
				if ((mode & 0o077) === 0) return ok(detail);
				return {
					level: 'warn',
					detail: `${detail}: others can read it`,
					fix: 'backup-tui config validate --fix',
				};
			},
		},
		{
			id: 'timer',
			title: 'schedule',
			run: async () => {
				const status = await options.services.schedule.status();
				const fix = 'backup-tui schedule install';
				if (status.kind === 'none') return { level: 'warn', detail: 'no backup starts by itself', fix };
				if (status.problem !== undefined) return { level: 'warn', detail: status.problem, fix };
				const next = status.nextRun === undefined ? '' : `, next run ${status.nextRun}`;
				return ok(`${status.kind}${next}`);
			},
		},
		{
			id: 'state',
			title: 'state',
			run: async () => {
				const { accessSync, constants } = await import('node:fs');
				for (const path of [paths.stateDir, paths.logDir, paths.runDir]) {
					let at = path;
					while (!existsSync(at)) at = join(at, '..');
					accessSync(at, constants.W_OK);
				}
				return ok(`${paths.stateDir}, ${paths.logDir} and ${paths.runDir} can be written`);
			},
		},
	];
}
