import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unmountBelow } from './dispose.ts';
import { run } from './run.ts';
import { testImage, toolEnvironment, tools } from './tools.ts';

/** A Docker Engine of one test's own, which it may kill. Hosts use it by `createHost({ env: { DOCKER_HOST: engine.address } })`. */
export interface PrivateEngine {
	/** Value for DOCKER_HOST. */
	readonly address: string;
	readonly socket: string;
	/** SIGKILL to dockerd and its containerd; the containers' processes live on until the next start. */
	crash(): Promise<void>;
	/** Starts dockerd again on the same data and waits until it answers. */
	start(): Promise<void>;
	/** Stops it and removes all it held. Disposing twice is fine. */
	dispose(): Promise<void>;
}

/**
 * Starts an engine with its own data, socket, containerd and network namespace beside the machine's, holding the test image:
 * without the namespace it would take the machine's bridge away. Its containers reach each other only. Takes about 3 s.
 */
export async function privateEngine(): Promise<PrivateEngine> {
	const directory = await mkdtemp(join(tmpdir(), 'bte-'));
	const socket = join(directory, 's');
	const address = `unix://${socket}`;
	const environment = toolEnvironment({ DOCKER_HOST: address });
	let daemon: ChildProcess | undefined;
	let disposed = false;

	const start = async () => {
		const log = openSync(join(directory, 'log'), 'a');
		const places = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'pid' };
		const flags = Object.entries(places).map(([flag, name]) => `--${flag}=${join(directory, name)}`);
		const noFilter = ['--iptables=false', '--ip6tables=false'];
		daemon = spawn('unshare', ['--net', 'dockerd', '--host', address, ...flags, ...noFilter], {
			stdio: ['ignore', log, log],
			detached: true,
			env: environment,
		});
		closeSync(log);
		await untilItAnswers(directory, environment, daemon);
	};
	const end = async (signal: NodeJS.Signals) => {
		if (!isUp(daemon)) return;
		const gone = once(daemon, 'exit');
		daemon.kill(signal);
		await gone;
	};

	await mkdir(join(directory, 'data'));
	await start();
	await copyTestImage(environment);
	return {
		address,
		socket,
		start,
		crash: async () => {
			await end('SIGKILL');
			await endContainerd(directory);
		},
		dispose: async () => {
			if (disposed) return;
			if (!isUp(daemon)) await start().catch(() => {});
			if (isUp(daemon)) await emptyEngine(environment);
			await end('SIGTERM');
			await endContainerd(directory);
			await unmountBelow(directory);
			await rm(directory, { recursive: true, force: true, maxRetries: 3 });
			disposed = true;
		},
	};
}

function isUp(daemon: ChildProcess | undefined): daemon is ChildProcess {
	return daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null;
}

/** Containers would outlive their engine, and so would the bridges of its networks. */
async function emptyEngine(env: Readonly<Record<string, string>>): Promise<void> {
	const { stdout } = await run(tools.docker, ['ps', '-aq'], { env, anyCode: true });
	const ids = stdout.split('\n').filter((line) => line !== '');
	if (ids.length > 0) await run(tools.docker, ['rm', '-f', '-v', ...ids], { env, anyCode: true });
	await run(tools.docker, ['network', 'prune', '-f'], { env, anyCode: true });
}

async function untilItAnswers(
	directory: string,
	env: Readonly<Record<string, string>>,
	daemon: ChildProcess,
): Promise<void> {
	const end = Date.now() + 60_000;
	for (;;) {
		const { code } = await run(tools.docker, ['version'], { env, anyCode: true, timeoutMs: 20_000 });
		if (code === 0) return;
		if (daemon.exitCode !== null || Date.now() > end)
			throw new Error(`dockerd did not start:\n${await readFile(join(directory, 'log'), 'utf8')}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

async function copyTestImage(env: Readonly<Record<string, string>>): Promise<void> {
	const archive = join(await mkdtemp(join(tmpdir(), 'bte-image-')), 'image.tar');
	await run(tools.docker, ['save', '-o', archive, testImage], { env: toolEnvironment() });
	await run(tools.docker, ['load', '-i', archive], { env });
	await rm(join(archive, '..'), { recursive: true, force: true });
}

/**
 * Ends what a killed dockerd leaves of its containerd. A next dockerd takes the one in the pid file for alive, even as a zombie,
 * and then waits for it in vain.
 */
async function endContainerd(directory: string): Promise<void> {
	const file = join(directory, 'exec/containerd/containerd.pid');
	const pid = Number(await readFile(file, 'utf8').catch(() => ''));
	const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
	if (pid > 1 && commandLine.includes(directory)) process.kill(pid, 'SIGKILL');
	await rm(file, { force: true });
}
