import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The engine under a TCP address, as a remote one: what it sends can be cut short. */
export interface EngineProxy {
	/** Value for DOCKER_HOST. */
	readonly address: string;
	/** From now on an answer to a request that matches is cut after so many bytes. */
	cut(request: RegExp, afterBytes: number): void;
	/** Answers cut so far. */
	readonly cuts: () => number;
	heal(): void;
}

export async function engineProxy(socketPath = '/var/run/docker.sock'): Promise<EngineProxy> {
	let fault: { readonly request: RegExp; readonly afterBytes: number } | undefined;
	let cuts = 0;
	const open = new Set<Socket>();
	const server = createServer({ allowHalfOpen: true }, (client) => {
		const engine = connect({ path: socketPath, allowHalfOpen: true });
		let left = Number.POSITIVE_INFINITY;
		for (const socket of [client, engine]) {
			open.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => open.delete(socket));
		}
		client.on('data', (chunk: Buffer) => {
			if (fault?.request.test(chunk.toString('latin1').split('\r\n', 1)[0] ?? '')) left = fault.afterBytes;
			engine.write(chunk);
		});
		engine.on('data', (chunk: Buffer) => {
			if (chunk.length > left) {
				cuts += 1;
				client.write(chunk.subarray(0, left));
				client.resetAndDestroy();
				engine.destroy();
				return;
			}
			left -= chunk.length;
			client.write(chunk);
		});
		client.on('end', () => engine.end());
		engine.on('end', () => client.end());
		client.on('close', () => engine.destroy());
		engine.on('close', () => client.destroy());
	});
	// Of the loopback network, but none of the names of this machine: the engine counts as one elsewhere.
	server.listen(0, '127.0.0.2');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
		for (const socket of open) socket.destroy();
	});
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	return {
		address: `tcp://127.0.0.2:${port}`,
		cuts: () => cuts,
		cut: (request, afterBytes) => {
			fault = { request, afterBytes };
		},
		heal: () => {
			fault = undefined;
		},
	};
}
