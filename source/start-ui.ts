import type { CommandContext } from './commands/context.ts';
import { isBuilt } from './commands/spec/definition.ts';
import { findCommand } from './commands/spec/table.ts';
import { BackupTuiError } from './errors.ts';
import type { ExitCode } from './exit-codes.ts';

/** Starts the terminal UI. Loaded only then: a headless start knows nothing of Ink. */
export async function startUi(context: CommandContext): Promise<ExitCode> {
	const { env, options } = context;
	const { configuredNow, runUi } = await import('./tui/main.tsx');
	const run = (place?: Awaited<ReturnType<typeof runUi>>['place']) =>
		runUi({ options, env, connect: () => connect(context), place });
	let ended = await run();
	while (ended.code === configuredNow) ended = await run(ended.place);
	return ended.code as ExitCode;
}

/** The services of the configuration; without one, the setup. Throws what is wrong with the configuration. */
async function connect(context: CommandContext) {
	const { env, options, version } = context;
	try {
		const { config, warnings } = await context.readConfig();
		const { connectServices } = await import('./tui/adapter/connect.ts');
		return connectServices({
			config,
			env,
			version,
			warnings,
			configWarnings: async () => (await context.readConfig()).warnings,
			configNamed: options.configPath !== undefined,
			isBuilt: (name) => {
				const definition = findCommand(name);
				return definition !== undefined && isBuilt(definition);
			},
		});
	} catch (error) {
		if (!(error instanceof BackupTuiError) || error.code !== 'config-missing') throw error;
		const { createSetupPort } = await import('./tui/adapter/setup.ts');
		return { hostName: '', setup: createSetupPort({ env, configPath: options.configPath }) };
	}
}
