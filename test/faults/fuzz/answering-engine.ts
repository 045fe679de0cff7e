import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An engine that gives whatever answer it is told to: a real one cannot be made to lie. */
export async function answeringEngine(directory: string) {
	let body = '';
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(body);
	});
	const socket = join(directory, 'engine.sock');
	server.listen(socket);
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {
		address: `unix://${socket}`,
		answer: (text: string) => {
			body = text;
		},
	};
}
