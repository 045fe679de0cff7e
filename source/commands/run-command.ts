import type { ExitCode } from '../exit-codes.ts';
import type { EventListener } from '../runs/event-bus.ts';
import type { Run } from '../services/conduct-run.ts';
import type { Services } from '../wiring.ts';
import type { CommandContext } from './context.ts';
import { jsonListener, textListener } from './run-listeners.ts';

/**
 * Runs a command that changes something as a run: with an id, an event file, locks, signals, and its events as text or
 * NDJSON.
 *
 * @param extra further listeners, e.g. one that collects what the summary shows
 * @param summary the command prints a summary afterwards, with what went wrong
 * @returns the run's exit code
 */
export async function runAsRun(
	context: CommandContext,
	services: Services,
	body: (run: Run) => Promise<void>,
	extra: readonly EventListener[] = [],
	summary = false,
): Promise<ExitCode> {
	const listener = context.options.json ? jsonListener(context) : textListener(context, summary);
	const { command, argv, args } = context;
	return services.conduct(
		{ command, arguments: argv, subjects: args, listeners: [listener, ...extra] },
		body,
	);
}
