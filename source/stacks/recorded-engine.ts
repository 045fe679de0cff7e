import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recorded, RecordedProject } from './recorded.ts';
import { asRecorded, readRequest, recordedImage, wasThere } from './recorded-requests.ts';

/** The engine behind a socket of our own, on which Compose makes containers as the record has them. */
export interface RecordedEngine {
	/** For DOCKER_HOST. */
	readonly address: string;
	close(): void;
}

/** Of a unix socket's path, with the end (unix(7)). */
const longestPath = 107;
let opened = 0;

/** A path only its owner can reach; those of processes that were killed are removed. */
function socketPathIn(directory: string | undefined): { readonly path: string; remove(): void } {
	if (directory !== undefined) {
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		for (const name of readdirSync(directory)) {
			const pid = /^up-(\d+)-\d+\.sock$/.exec(name)?.[1];
			if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(directory, name), { force: true });
		}
		opened += 1;
		const path = join(directory, `up-${process.pid}-${opened}.sock`);
		if (Buffer.byteLength(path) < longestPath) return { path, remove: () => rmSync(path, { force: true }) };
	}
	const own = mkdtempSync(join(tmpdir(), 'backup-tui-'));
	return { path: join(own, 's'), remove: () => rmSync(own, { recursive: true, force: true }) };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/**
 * Compose writes the path of what it read into every container it makes, and the image is whatever the tag means at that
 * moment. Both have to be as before; so Compose talks to the engine through this. All else passes as it is.
 *
 * @param socketPath of the engine
 * @param directory private; without one a temporary one is made
 */
export async function openRecordedEngine(
	socketPath: string,
	record: Recorded,
	project: RecordedProject,
	directory: string | undefined,
): Promise<RecordedEngine> {
	/** Image id by reference, as the engine told last; undefined: it has none. */
	const known = new Map<string, string | undefined>();

	const forward = (from: IncomingMessage, path: string, body?: Buffer) => {
		const headers = { ...from.headers };
		if (body !== undefined) {
			delete headers['transfer-encoding'];
			headers['content-length'] = String(body.length);
		}
		const outgoing = httpRequest({ socketPath, path, method: from.method ?? 'GET', headers, agent: false });
		if (body === undefined) from.pipe(outgoing);
		else outgoing.end(body);
		return outgoing;
	};
	const answer = (outgoing: ReturnType<typeof httpRequest>, to: ServerResponse) => {
		outgoing.on('response', (incoming) => {
			to.writeHead(incoming.statusCode ?? 502, incoming.headers);
			incoming.on('error', () => to.destroy());
			incoming.pipe(to);
		});
		outgoing.on('error', () => to.destroy());
		to.on('close', () => outgoing.destroy());
	};
	const refuse = (to: ServerResponse, status: number, message: string) => {
		to.writeHead(status, { 'content-type': 'application/json' });
		to.end(JSON.stringify({ message }));
	};
	const ask = async (path: string) => {
		const outgoing = httpRequest({
			socketPath,
			path,
			method: 'GET',
			headers: { host: 'docker' },
			agent: false,
		});
		outgoing.end();
		const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
		return { status: incoming.statusCode ?? 502, headers: incoming.headers, body: await readAll(incoming) };
	};
	/** The image by its reference; where that means another one by now, by its recorded id. */
	const inspectImage = async (from: IncomingMessage, to: ServerResponse, reference: string) => {
		const url = from.url ?? '';
		const recorded = recordedImage(project, reference);
		let found = await ask(url);
		if (recorded !== undefined) {
			const id =
				found.status === 200 ? (JSON.parse(found.body.toString('utf8')) as { Id: string }).Id : undefined;
			known.set(reference, id);
			if (id !== recorded.id) {
				const own = new URL(url, 'http://docker');
				own.pathname = own.pathname.replace(/\/images\/.+\/json$/, `/images/${recorded.id}/json`);
				found = await ask(`${own.pathname}${own.search}`);
			}
		}
		to.writeHead(found.status, found.headers);
		to.end(found.body);
	};
	const handle = async (from: IncomingMessage, to: ServerResponse) => {
		const url = from.url ?? '';
		const asked = readRequest(from.method ?? 'GET', url);
		switch (asked.kind) {
			case 'inspect-image':
				return await inspectImage(from, to, asked.reference);
			case 'create-container': {
				const body: unknown = JSON.parse((await readAll(from)).toString('utf8'));
				const made = asRecorded(project, asked.name, body, (reference, id) => known.get(reference) !== id);
				return answer(forward(from, url, Buffer.from(JSON.stringify(made))), to);
			}
			case 'create-volume': {
				const text = await readAll(from);
				const { Name = '' } = JSON.parse(text.toString('utf8')) as { Name?: string };
				if (wasThere(record, Name)) return refuse(to, 409, `the volume ${Name} is gone`);
				return answer(forward(from, url, text), to);
			}
			case 'other':
				return answer(forward(from, url), to);
		}
	};

	const open = new Set<Socket>();
	const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (from, to) => {
		handle(from, to).catch((error: Error) => {
			if (to.headersSent) to.destroy();
			else refuse(to, 502, error.message);
		});
	});
	server.on('connection', (socket) => {
		open.add(socket);
		socket.on('close', () => open.delete(socket));
	});
	// A connection that is taken over (attach) is passed byte for byte.
	server.on('upgrade', (from: IncomingMessage, client: Socket, head: Buffer) => {
		const engine = connect(socketPath);
		const lines = Object.entries(from.headers).map(
			([name, value]) => `${name}: ${[value].flat().join(', ')}`,
		);
		engine.write(`${from.method} ${from.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
		if (head.length > 0) engine.write(head);
		engine.on('error', () => client.destroy()).on('close', () => client.destroy());
		client.on('error', () => engine.destroy()).on('close', () => engine.destroy());
		engine.pipe(client).pipe(engine);
	});
	const place = socketPathIn(directory);
	server.listen(place.path);
	await once(server, 'listening');
	return {
		address: `unix://${place.path}`,
		close: () => {
			server.close();
			for (const socket of open) socket.destroy();
			place.remove();
		},
	};
}
