import type { CommandContext } from './commands/context.ts';
import { BackupTuiError, toBackupTuiError } from './errors.ts';
import type { ExitCode } from './exit-codes.ts';

/** Starts the terminal UI. Loaded only then: a headless start knows nothing of Ink. */
export async function startUi(context: CommandContext): Promise<ExitCode> {
	const { env, options, version } = context;
	const { runUi } = await import('./tui/main.tsx');
	const code = await runUi({
		options,
		env,
		connect: async () => {
			const [{ config }, { connectServices }] = await Promise.all([
				context.loadConfig().catch((error: unknown) => {
					throw missingConfig(error);
				}),
				import('./tui/adapter/connect.ts'),
			]);
			return connectServices({ config, env, version, configNamed: options.configPath !== undefined });
		},
	});
	return code as ExitCode;
}

function missingConfig(error: unknown): BackupTuiError {
	return toBackupTuiError(error);
}
