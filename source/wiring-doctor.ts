import { createProcessRunner } from './process/run.ts';
import { healthChecks, withJudged } from './services/doctor/health-checks.ts';
import { hostChecks } from './services/doctor/host-checks.ts';
import { remoteChecks } from './services/doctor/remote-checks.ts';
import { repositoryChecks } from './services/doctor/repository-checks.ts';
import { type CheckListener, type CheckReport, findingsOf, runChecks } from './services/doctor/run-checks.ts';
import { slowHealthCheck } from './services/doctor/slow-health-check.ts';
import { toolChecks } from './services/doctor/tool-checks.ts';
import type { HealthFacts } from './services/health/facts.ts';
import { judge } from './services/health/judge.ts';
import { rememberProbes } from './services/health/probes.ts';
import { connectDocker } from './wiring-docker.ts';
import type { WiringOptions } from './wiring-options.ts';
import { openRepository } from './wiring-repository.ts';
import { diskFacts } from './wiring-sync.ts';

/**
 * Judges everything and, beyond the facts, looks at what takes longer: tools, the repository, directories. Never throws for what
 * it finds; tells each report as it comes.
 */
export async function runDoctor(
	options: WiringOptions,
	readFacts: () => Promise<HealthFacts>,
	listener?: CheckListener,
): Promise<readonly CheckReport[]> {
	const { config, env } = options;
	const runner = createProcessRunner({ cookie: `doctor-${process.pid}` });
	// What was seen before is seen again now.
	const judged = readFacts().then((facts) => judge({ ...facts, probes: [] }).findings);
	const probes = [
		...toolChecks({ config, env, runner, engine: async () => (await connectDocker(options)).engine }),
		...repositoryChecks({
			config,
			environment: env,
			open: () => openRepository({ config, env, dryRun: true }),
		}),
		slowHealthCheck(config, async () => (await connectDocker(options)).engine),
		...remoteChecks({ remotes: config.remotes, environment: env, facts: diskFacts(config) }),
		...hostChecks(config.paths),
	];
	const reports = await runChecks(
		[...probes.map((check) => withJudged(check, judged)), ...healthChecks(judged)],
		listener,
	);
	const seen = reports.filter(({ finding, level }) => finding === undefined && level !== 'ok');
	// Locks come and go.
	const lasting = seen.filter(({ id, level }) => level === 'fail' || id !== 'repository');
	if (!options.dryRun) rememberProbes(config.paths.stateDir, findingsOf(lasting), new Date());
	return reports;
}
