import type { Emit, RunEvent } from './events.ts';

export type EventListener = (event: RunEvent) => void;

export interface EventBus {
	readonly emit: Emit;
	/** @returns a function that ends the subscription */
	subscribe(listener: EventListener): () => void;
}

/**
 * Numbers and dates what services emit and hands it to every listener. A listener that throws does not disturb the
 * run or the other listeners: a full disk under the log must not keep a stack down.
 */
export function createEventBus(run: string, now: () => Date): EventBus {
	const listeners = new Set<EventListener>();
	let seq = 0;
	return {
		emit: (body) => {
			seq += 1;
			const event = { v: 1, ts: now().toISOString(), run, seq, ...body } as RunEvent;
			for (const listener of listeners) {
				try {
					listener(event);
				} catch {
					// Listeners report their own trouble; there is nobody else to tell here.
				}
			}
		},
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
