import { hostname } from 'node:os';
import type { Config } from '../../config/types.ts';
import type { Engine } from '../../stacks/engine.ts';
import { connectDocker, wire } from '../../wiring.ts';
import { wireStacks } from '../../wiring-stacks.ts';
import type { UiServices } from '../ports.ts';
import { createDoctorPort } from './doctor.ts';
import { createOverviewPort } from './overview.ts';
import { createProgram } from './program.ts';
import { createRunsPort } from './runs.ts';
import { createSnapshotsPort } from './snapshots.ts';
import { createStacksPort } from './stacks.ts';

export interface ConnectOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly version: string;
	/** True when the person named the config file. */
	readonly configNamed: boolean;
}

/** Puts the UI on the real services. What is heavy is imported when it is first needed. */
export async function connectServices(options: ConnectOptions): Promise<UiServices> {
	const { config, env, version } = options;
	const wiring = { config, env, version, dryRun: false, lockWaitSeconds: 0 };
	const services = await wire(wiring);
	const ended = new AbortController();
	const program = createProgram({
		node: process.execPath,
		script: process.argv[1] ?? '',
		env,
		configFile: config.paths.configFile,
		configNamed: options.configNamed,
		runDir: config.paths.runDir,
		now: Date.now,
	});
	let engine: Promise<Engine> | undefined;
	return {
		hostName: hostname().split('.')[0] ?? '',
		stacks: createStacksPort({
			config,
			service: wireStacks({ config, env }),
			engine: () => {
				engine ??= connectDocker(wiring)
					.then((access) => access.engine)
					.catch((error: unknown) => {
						// A docker that gets installed later is found then.
						engine = undefined;
						throw error;
					});
				return engine;
			},
		}),
		runs: createRunsPort({
			stateDir: config.paths.stateDir,
			logDir: config.paths.logDir,
			program,
			ended: ended.signal,
		}),
		overview: createOverviewPort({
			config,
			owed: () => services.owed().map((entry) => entry.name),
			now: Date.now,
		}),
		snapshots: createSnapshotsPort(config, env),
		doctor: createDoctorPort(services.doctor),
	};
}
