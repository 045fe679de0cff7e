import type { ConfigProblem, LoadedConfig } from '../config/loaded.ts';
import type { Config } from '../config/types.ts';
import { version } from '../version.ts';

import type { CommandContext, CommandIo } from './context.ts';
import { flagReader, globalOptions } from './options.ts';
import { createOutput } from './output.ts';
import type { ParsedArguments } from './parse.ts';

interface ContextParts {
	readonly parsed: ParsedArguments;
	readonly argv: readonly string[];
	readonly io: CommandIo;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
}

/** Puts together what a command gets. Configuration and services are loaded when first asked for. */
export function createContext({ parsed, argv, io, env, cwd }: ContextParts): CommandContext {
	const options = globalOptions(parsed.flags, io, env);
	const output = createOutput(io, options);
	let warned = false;
	const readConfig = async (overrides: Readonly<Record<string, string>> = {}): Promise<LoadedConfig> => {
		const { loadConfig: load } = await import('../config/load.ts');
		return load({ configPath: options.configPath, env, flags: overrides, cwd });
	};
	const loadConfig = async (overrides: Readonly<Record<string, string>> = {}): Promise<LoadedConfig> => {
		const [{ formatProblem }, loaded] = await Promise.all([
			import('../config/problem.ts'),
			readConfig(overrides),
		]);
		if (!warned) for (const warning of loaded.warnings) output.warn(formatProblem(warning), warning.hint);
		warned = true;
		return loaded;
	};
	const wireServices = async (config: Config, warnings: readonly ConfigProblem[]) => {
		const { wire } = await import('../wiring.ts');
		const { dryRun, lockWaitSeconds } = options;
		return wire({ config, env, version, dryRun, lockWaitSeconds, configWarnings: async () => warnings });
	};
	return {
		command: parsed.path.join(' '),
		args: parsed.args,
		flags: flagReader(parsed.flags, parsed.definition?.flags ?? []),
		options,
		io,
		output,
		env,
		cwd,
		version,
		argv,
		loadConfig,
		readConfig: () => readConfig(),
		services: async (overrides) => {
			const { config, warnings } = await loadConfig(overrides);
			return wireServices(config, warnings);
		},
		judgingServices: async () => {
			const { config, warnings } = await readConfig();
			return wireServices(config, warnings);
		},
		confirm: async (question) => (await import('./confirm.ts')).confirm(question, options, io),
	};
}
