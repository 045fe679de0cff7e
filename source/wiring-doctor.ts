import { createProcessRunner } from './process/run.ts';
import { discoverConfigured } from './services/discover-configured.ts';
import { hostChecks } from './services/doctor/host-checks.ts';
import { repositoryChecks } from './services/doctor/repository-checks.ts';
import { type CheckListener, type CheckReport, runChecks } from './services/doctor/run-checks.ts';
import { stackChecks } from './services/doctor/stack-checks.ts';
import { toolChecks } from './services/doctor/tool-checks.ts';
import { connectDocker } from './wiring.ts';
import type { BackupWiring } from './wiring-backup.ts';
import { openRepository } from './wiring-repository.ts';

/** Runs every check that needs no stack to be touched. Never throws for what it finds; tells each report as it comes. */
export async function runDoctor(
	options: BackupWiring,
	listener?: CheckListener,
): Promise<readonly CheckReport[]> {
	const { config, env, services } = options;
	const runner = createProcessRunner({ cookie: `doctor-${process.pid}` });
	const checks = [
		...toolChecks({ config, env, runner, engine: async () => (await connectDocker(options)).engine }),
		...repositoryChecks({ config, open: () => openRepository({ config, env, dryRun: true }) }),
		...stackChecks({
			config,
			discover: async () => (await discoverConfigured(config, env)).stacks,
			owed: services.loadOwed,
			heldBack: options.heldBack.all,
		}),
		...hostChecks({ paths: config.paths, schedule: () => services.schedule.status() }),
	];
	return runChecks(checks, listener);
}
