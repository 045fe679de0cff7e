import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** What the proxy does to a connection. */
export type Fault =
	| { readonly kind: 'none' }
	/** RST after so many bytes from the client. */
	| { readonly kind: 'reset'; readonly afterBytes: number }
	/** Accepts and never answers. */
	| { readonly kind: 'blackhole' }
	/** Passes everything on after a pause (ms). */
	| { readonly kind: 'slow'; readonly ms: number }
	/** Answers every HTTP request that `method` names (all without it) with a status. */
	| { readonly kind: 'status'; readonly status: number; readonly body?: string; readonly method?: string };

export interface FaultyProxy {
	readonly port: number;
	/** For new connections; open ones are cut. `times`: how often, then everything is well. */
	set(fault: Fault, times?: number): void;
	/** Connections so far. */
	readonly connections: () => number;
}

/** A TCP proxy on loopback that cuts, delays, swallows, or answers in the server's place. */
export async function faultyProxy(target: number): Promise<FaultyProxy> {
	let fault: Fault = { kind: 'none' };
	let left = Number.POSITIVE_INFINITY;
	let connections = 0;
	const open = new Set<Socket>();
	const server = createServer((client) => {
		connections += 1;
		const now: Fault = left > 0 ? fault : { kind: 'none' };
		const spend = () => {
			left -= 1;
		};
		track(open, client);
		if (now.kind === 'status') {
			answer(client, now, target, open, spend);
			return;
		}
		spend();
		if (now.kind !== 'blackhole') pass(client, now, target, open);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
		for (const socket of open) socket.destroy();
	});
	return {
		port: portOf(server),
		connections: () => connections,
		set: (next, times = Number.POSITIVE_INFINITY) => {
			fault = next;
			left = times;
			for (const socket of open) socket.destroy();
		},
	};
}

function portOf(server: Server): number {
	const address = server.address();
	return typeof address === 'object' && address !== null ? address.port : 0;
}

function track(open: Set<Socket>, socket: Socket): void {
	open.add(socket);
	socket.on('error', () => {});
	socket.on('close', () => open.delete(socket));
}

function pass(client: Socket, fault: Fault, target: number, open: Set<Socket>, first?: Buffer): void {
	const upstream = connect(target, '127.0.0.1');
	track(open, upstream);
	let bytes = 0;
	const forward = async (chunk: Buffer) => {
		bytes += chunk.length;
		if (fault.kind === 'slow') await delay(fault.ms);
		if (fault.kind === 'reset' && bytes > fault.afterBytes) {
			client.resetAndDestroy();
			upstream.destroy();
		} else upstream.write(chunk);
	};
	if (first !== undefined) void forward(first);
	client.on('data', (chunk: Buffer) => void forward(chunk));
	upstream.on('data', (chunk) => client.write(chunk));
	client.on('close', () => upstream.destroy());
	upstream.on('close', () => client.destroy());
}

function answer(
	client: Socket,
	fault: Extract<Fault, { kind: 'status' }>,
	target: number,
	open: Set<Socket>,
	spend: () => void,
): void {
	const onRequest = (chunk: Buffer) => {
		const method = chunk.toString('latin1').split(' ', 1)[0] ?? '';
		if (fault.method !== undefined && method !== fault.method) {
			// One request a connection: the next one is judged anew.
			client.off('data', onRequest);
			const text = chunk.toString('latin1').replace(/\r\n\r\n/, '\r\nConnection: close\r\n\r\n');
			pass(client, { kind: 'none' }, target, open, Buffer.from(text, 'latin1'));
			return;
		}
		spend();
		const body = fault.body ?? '';
		client.end(
			`HTTP/1.1 ${fault.status} Fault\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
		);
	};
	client.on('data', onRequest);
}
