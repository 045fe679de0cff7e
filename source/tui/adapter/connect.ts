import { hostname } from 'node:os';
import type { ConfigProblem } from '../../config/loaded.ts';
import type { Config } from '../../config/types.ts';
import { ownProgram } from '../../own-program.ts';
import type { WiringOptions } from '../../wiring-options.ts';
import type { FilesPort, StacksPort, UiServices } from '../ports.ts';
import { createCloudPort } from './cloud.ts';
import { lazily } from './lazily.ts';
import { createOverviewPort } from './overview.ts';
import { createProgram } from './program.ts';
import { createRestorePort } from './restore.ts';
import { createSnapshotsPort } from './snapshots.ts';

export interface ConnectOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly version: string;
	/** True when the person named the config file. */
	readonly configNamed: boolean;
	/** What was worth a word in it. */
	readonly warnings: readonly ConfigProblem[];
	/** Reads the configuration again. @returns what is worth a word in it. Throws what is wrong with it. */
	readonly configWarnings: () => Promise<readonly ConfigProblem[]>;
	/** Whether the program has this command. */
	readonly isBuilt: (command: string) => boolean;
}

/** Runs that are judged. */
const runsLookedAt = 200;

/**
 * Puts the UI on the real services. They are imported when they are first called, after the first frame: it must not
 * wait for what it does not show.
 */
export function connectServices(options: ConnectOptions): UiServices {
	const { config, env, version, isBuilt } = options;
	const { paths } = config;
	const ended = new AbortController();
	const program = createProgram({
		program: ownProgram(),
		env,
		configFile: paths.configFile,
		configNamed: options.configNamed,
		runDir: paths.runDir,
		now: Date.now,
	});
	let lastWarnings = options.warnings;
	let configTrouble: unknown;
	/** Reads files while nothing else goes on: only where a person asks for it. */
	const readConfigAgain = async () => {
		try {
			lastWarnings = await options.configWarnings();
			configTrouble = undefined;
		} catch (error) {
			configTrouble = error;
		}
	};
	const wiring: WiringOptions = {
		config,
		env,
		version,
		dryRun: false,
		lockWaitSeconds: 0,
		configWarnings: async () => {
			if (configTrouble !== undefined) throw configTrouble;
			return lastWarnings;
		},
		known: {
			discover: async () => (await stacks()).known(),
			states: async () => (await stacks()).reading(),
			runs: async () => (await runs()).list(runsLookedAt),
			history: async () => (await runs()).history(),
		},
	};
	const checkConfig = async () => {
		lastWarnings = await options.configWarnings();
		configTrouble = undefined;
	};
	const services = lazily(async () => (await import('../../wiring.ts')).wire(wiring));
	const engine = lazily(
		async () => (await (await import('../../wiring-docker.ts')).connectDocker(wiring)).engine,
	);
	const stacks = lazily(async () => {
		const [{ createStacksPort }, { wireStacks }] = await Promise.all([
			import('./stacks.ts'),
			import('../../wiring-stacks.ts'),
		]);
		return createStacksPort({ config, env, service: wireStacks({ config, env }), engine });
	});
	const runs = lazily(async () => {
		const { createRunsPort } = await import('./runs.ts');
		const { stateDir, logDir } = paths;
		return createRunsPort({ stateDir, logDir, program, ended: ended.signal });
	});
	const detail: NonNullable<StacksPort['detail']> = async (key, signal) =>
		(await stacks()).detail(key, signal);
	const files = lazily(async () =>
		(await import('./editor.ts')).createFilesPort({
			configFile: paths.configFile,
			dirlist: paths.dirlist,
			runDir: paths.runDir,
			env,
			composeFiles: async (key) => (await stacks()).composeFiles(key),
			checkConfig,
			log: (run, onLine) => program.output(['logs', run], onLine, ended.signal),
		}),
	);
	const filesPort: FilesPort = {
		configFile: paths.configFile,
		dirlist: paths.dirlist,
		composeFiles: async (key) => (await files()).composeFiles(key),
		editor: async (file) => (await files()).editor(file),
		pager: async (run) => (await files()).pager(run),
		checkConfig,
	};
	return {
		hostName: hostname().split('.')[0] ?? '',
		stacks: {
			list: async (signal) => (await stacks()).list(signal),
			states: async (signal) => (await stacks()).states(signal),
			setEnabled: async (changes) => (await stacks()).setEnabled(changes),
			addExternal: async (path) => (await stacks()).addExternal(path),
			remove: async (key) => (await stacks()).remove(key),
			putBack: async (entry) => (await stacks()).putBack(entry),
			browse: async (path, signal) => (await stacks()).browse(path, signal),
			settled: async () => (await stacks()).settled(),
			detail,
		},
		runs: {
			list: async (limit) => (await runs()).list(limit),
			history: async () => (await runs()).history(),
			follow: async (id, onEvents, signal) => (await runs()).follow(id, onEvents, signal),
			start: async (args) => (await runs()).start(args),
			cancel: async (run) => (await runs()).cancel(run),
			logFile: async (id) => (await runs()).logFile(id),
			output: async (args, onLine) => {
				await program.output(args, onLine, ended.signal);
			},
			commandLine: program.commandLine,
		},
		overview: createOverviewPort({
			config,
			status: async () => (await services()).overview(),
			now: Date.now,
		}),
		snapshots: createSnapshotsPort(config, env),
		doctor: {
			checks: async (onChecks, signal) => {
				const { createDoctorPort } = await import('./doctor.ts');
				const port = createDoctorPort((await services()).doctor, readConfigAgain);
				return port.checks(onChecks, signal);
			},
		},
		files: filesPort,
		...(config.remotes.length === 0 ? {} : { cloud: createCloudPort(config, env) }),
		...(isBuilt('restore') ? { restore: createRestorePort(config, program, ended.signal) } : {}),
	};
}
