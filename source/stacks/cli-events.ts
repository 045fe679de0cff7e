import type { ProcessRunner } from '../process/command.ts';
import {
	type CallOptions,
	defaultCallMs,
	type EventHandlers,
	type EventStream,
	watchedActions,
} from './engine.ts';
import { toEngineEvent } from './engine-json.ts';

/** How the docker command is run. */
export interface DockerCommand {
	readonly runner: ProcessRunner;
	readonly dockerFile: string;
	readonly env: Readonly<Record<string, string>>;
}

/**
 * Container events from `docker events`. The command does not tell when it has begun to listen, so it is asked for
 * everything since a moment by the engine's own clock, taken before.
 */
export async function openCliEvents(
	options: DockerCommand,
	handlers: EventHandlers,
	call: CallOptions = {},
): Promise<EventStream> {
	const base = { tool: 'docker' as const, file: options.dockerFile, env: options.env };
	const clock = await options.runner.run({
		...base,
		args: ['info', '--format', '{{.SystemTime}}'],
		timeoutMs: call.timeoutMs ?? defaultCallMs,
	});
	const since = clock.stdout.trim() || new Date().toISOString();
	let closed = false;
	const interrupted = (reason: string) => {
		if (closed) return;
		closed = true;
		handlers.onInterrupted(reason);
	};
	const filters = ['type=container', ...watchedActions.map((action) => `event=${action}`)];
	const running = await options.runner.start({
		...base,
		args: [
			'events',
			'--since',
			since,
			'--format',
			'{{json .}}',
			...filters.flatMap((filter) => ['--filter', filter]),
		],
		maxOutputBytes: 64 * 1024,
		// Whoever watches closes it.
		timeoutMs: Number.POSITIVE_INFINITY,
		...(call.signal === undefined ? {} : { signal: call.signal }),
		onStdoutLine: (line) => {
			if (closed || line.trim() === '') return;
			try {
				handlers.onEvent(toEngineEvent(JSON.parse(line)));
			} catch {
				interrupted('docker events printed a line that could not be read');
			}
		},
	});
	void running.result.then(() => interrupted('docker events ended'));
	return {
		close: () => {
			closed = true;
			void running.stop(1000);
		},
	};
}
