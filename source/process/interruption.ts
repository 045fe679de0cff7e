/** The signals that end a run in the foreground. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Interruption {
	/** Aborted by the first signal: what can be cut is cut, what must be finished (`up`) goes on. */
	readonly signal: AbortSignal;
	/** The first signal, once there was one. */
	readonly received: () => EndingSignal | undefined;
	/** An error nobody caught, once there was one: the copy is cut as by a signal, and what is down comes up. */
	readonly crash: () => unknown;
	/** Stops listening. */
	dispose(): void;
}

export interface InterruptionOptions {
	/** Detached runs outlive the terminal they were started from. */
	readonly ignoreHup: boolean;
	readonly onFirst: (signal: EndingSignal) => void;
	/** A second signal: say what is owed; the run goes on bringing stacks up. */
	readonly onSecond: () => void;
	/** A third one: leave at once. The journal recovers. */
	readonly onThird: () => never;
}

const signals: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Listens for signals and survives a vanished terminal: without `error` handlers on the standard streams Node ends
 * with EIO 0.2 s after the hang-up, in the middle of bringing a stack up.
 */
export function watchInterruption(options: InterruptionOptions): Interruption {
	const controller = new AbortController();
	let received: EndingSignal | undefined;
	let crash: unknown;
	let count = 0;
	const onCrash = (error: unknown) => {
		crash ??= error;
		controller.abort(error);
	};
	// Whoever listened before would end the process, and leave a stack down.
	const others = process.listeners('uncaughtException');
	process.removeAllListeners('uncaughtException');
	process.on('uncaughtException', onCrash);
	const handler = (signal: EndingSignal) => {
		if (signal === 'SIGHUP' && (options.ignoreHup || received === 'SIGHUP')) return;
		count += 1;
		if (count === 1) {
			received = signal;
			options.onFirst(signal);
			controller.abort(signal);
		} else if (count === 2) options.onSecond();
		else options.onThird();
	};
	for (const signal of signals) process.on(signal, handler);
	const ignore = () => {};
	const streams = [process.stdin, process.stdout, process.stderr];
	// Touching process.stdin of a run under cron or nohup is harmless: it is only given a handler, never read.
	for (const stream of streams) stream.on('error', ignore);
	return {
		signal: controller.signal,
		received: () => received,
		crash: () => crash,
		dispose: () => {
			for (const signal of signals) process.off(signal, handler);
			process.off('uncaughtException', onCrash);
			for (const other of others) process.on('uncaughtException', other);
		},
	};
}
