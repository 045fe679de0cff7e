import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../source/process/clock.ts';
import { createProcessRunner } from '../../source/process/run.ts';
import { connectEngine } from '../../source/stacks/connect-engine.ts';
import type { DockerAccess } from '../../source/stacks/docker-access.ts';
import type { Stack } from '../../source/stacks/types.ts';
import { type Host, type TestStack, tools } from './rig/index.ts';

/** The product's access to Docker, for a host of the rig. */
export function accessOf(host: Host, env: Readonly<Record<string, string>> = {}): DockerAccess {
	const runner = createProcessRunner({ cookie: host.name });
	const common = { runner, dockerFile: tools.docker, env: { ...host.env, ...env } };
	return { ...common, engine: connectEngine(common), clock: systemClock };
}

/** A stack of the rig as discovery would find it. */
export function discovered(test: TestStack): Stack {
	return {
		key: test.name,
		name: test.name,
		origin: 'stacks-dir',
		directory: test.directory,
		realDirectory: test.directory,
		enabled: true,
		missing: false,
		composeFiles: [`${test.directory}/compose.yaml`],
		project: test.project,
	};
}

/** A way to the real engine that can be cut: a socket of our own, or a TCP port of this machine. */
export async function wayToEngine(socketPath?: string, address = '127.0.0.1') {
	const open = new Set<Socket>();
	let refuse = false;
	const server = createServer((client) => {
		if (refuse) {
			client.destroy();
			return;
		}
		const engine = connect({ path: '/var/run/docker.sock', allowHalfOpen: true });
		for (const [from, to] of [
			[client, engine],
			[engine, client],
		] as const) {
			open.add(from);
			from.on('error', () => {}).on('close', () => to.destroy());
			from.pipe(to);
		}
	});
	await new Promise<void>((resolve) => {
		if (socketPath === undefined) server.listen(0, address, resolve);
		else server.listen(socketPath, resolve);
	});
	onTestFinished(() => void server.close());
	const listening = server.address();
	return {
		/** The path, or `tcp://127.0.0.1:PORT`. */
		address: typeof listening === 'object' ? `tcp://${address}:${listening?.port}` : (listening ?? ''),
		/** Ends all connections and refuses new ones. */
		cut: () => {
			refuse = true;
			for (const socket of open) socket.destroy();
		},
		mend: () => {
			refuse = false;
		},
	};
}
