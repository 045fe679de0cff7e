import { LineSplitter } from '../process/lines.ts';
import {
	type CallOptions,
	defaultCallMs,
	type EventHandlers,
	type EventStream,
	watchedActions,
} from './engine.ts';
import { toEngineEvent } from './engine-json.ts';
import { openRequest, query, readBody, refusal } from './socket-request.ts';

/** Container events from now on; the engine sends its headers at once, so nothing is missed after this resolves. */
export async function openSocketEvents(
	socketPath: string,
	handlers: EventHandlers,
	options: CallOptions = {},
): Promise<EventStream> {
	const filters = JSON.stringify({ type: ['container'], event: watchedActions });
	const response = await openRequest(
		socketPath,
		{ path: `/events?${query({ filters })}`, timeoutMs: defaultCallMs, ...options },
		true,
	);
	if (response.incoming.statusCode !== 200) {
		throw refusal({ status: response.incoming.statusCode ?? 0, body: await readBody(response) });
	}
	let closed = false;
	const interrupted = (reason: string) => {
		if (closed) return;
		closed = true;
		handlers.onInterrupted(reason);
	};
	const lines = new LineSplitter((line) => {
		if (closed || line.trim() === '') return;
		try {
			handlers.onEvent(toEngineEvent(JSON.parse(line)));
		} catch {
			interrupted('the engine sent an event that could not be read');
		}
	});
	response.incoming.on('data', (chunk: Buffer) => lines.write(chunk));
	response.incoming.on('error', (error) => interrupted(error.message));
	response.incoming.once('close', () => interrupted('the engine closed the event stream'));
	return {
		close: () => {
			closed = true;
			response.close();
		},
	};
}
