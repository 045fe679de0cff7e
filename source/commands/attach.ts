import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { followRun } from '../runs/follow.ts';
import { listRuns, readRun } from '../runs/run-files.ts';
import type { CommandContext } from './context.ts';
import { jsonListener, textListener } from './run-listeners.ts';

/**
 * Follows a run that is going on, in this terminal or any other. Leaving (Ctrl-C) changes nothing about the run.
 *
 * @returns the exit code of the run
 */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const { stateDir } = config.paths;
	const asked = context.args[0];
	const found =
		asked === undefined
			? listRuns(stateDir).find((one) => one.status === 'running')
			: readRun(stateDir, asked);
	if (found === undefined) {
		throw new BackupTuiError(
			'usage',
			asked === undefined ? 'no run is going on' : `there is no run ${asked}`,
			{
				hint: 'earlier runs: backup-tui logs',
			},
		);
	}
	const listener = context.options.json ? jsonListener(context) : textListener(context);
	let code: number = exitCodes.ok;
	const ended = await followRun(stateDir, found.id, (events) => {
		for (const event of events) {
			listener(event);
			if (event.type === 'run-end') code = event.exitCode;
		}
	});
	if (ended) return code as ExitCode;
	throw new BackupTuiError('copy-failed', `run ${found.id} was killed before it ended`, {
		hint: 'bring up what it left down: backup-tui recover',
	});
}
