import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type Host, projectRoot, rclone, tools } from '../rig/index.ts';

/** A remote of rclone's config, and the port its server listens on. */
export interface ServedRemote {
	/** Name in the host's rclone.conf. */
	readonly name: string;
	readonly port: number;
	/** The folder that is served. */
	readonly directory: string;
	/** rclone's own options of the remote, without `type`. */
	readonly options: Readonly<Record<string, string>>;
	readonly type: string;
}

export const password = 'loopback-canary';

/** @returns a port of loopback that nobody listens on */
export async function freePort(): Promise<number> {
	const server = createServer();
	const { promise, resolve } = Promise.withResolvers<number>();
	server.listen(0, '127.0.0.1', () => {
		const address = server.address();
		resolve(typeof address === 'object' && address !== null ? address.port : 0);
	});
	const port = await promise;
	await new Promise((done) => server.close(done));
	return port;
}

async function waitForPort(port: number, child: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 300; tries += 1) {
		if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, '127.0.0.1', () => {
				socket.destroy();
				resolve(true);
			});
			socket.on('error', () => resolve(false));
		});
		if (open) return;
		await delay(50);
	}
	throw new Error(`nothing listens on ${port}`);
}

async function serve(
	host: Host,
	port: number,
	file: string,
	args: readonly string[],
	cwd: string,
): Promise<() => void> {
	const child = spawn(file, args, { cwd, env: { ...host.env }, stdio: 'ignore', detached: true });
	const stop = () => {
		try {
			process.kill(-(child.pid ?? 0), 'SIGKILL');
		} catch {}
	};
	onTestFinished(stop);
	await waitForPort(port, child);
	return stop;
}

/** Adds a remote to the host's rclone.conf (0600). */
export async function addRemote(
	host: Host,
	name: string,
	type: string,
	options: Readonly<Record<string, string>>,
): Promise<void> {
	const file = join(host.directory, 'rclone.conf');
	const before = await readFile(file, 'utf8').catch(() => '');
	const lines = Object.entries({ type, ...options }).map(([key, value]) => `${key} = ${value}\n`);
	await writeFile(file, `${before}[${name}]\n${lines.join('')}\n`, { mode: 0o600 });
}

async function served(
	host: Host,
	name: string,
	type: string,
	port: number,
	options: Readonly<Record<string, string>>,
): Promise<ServedRemote> {
	await addRemote(host, name, type, options);
	return { name, port, directory: join(host.directory, `served-${name}`), options, type };
}

async function obscured(host: Host): Promise<string> {
	return (await rclone(host, ['obscure', password])).stdout.trim();
}

/** A server for restic's own `rest:`, over a repository. */
export async function serveRestic(
	host: Host,
	directory: string,
	options: readonly string[] = [],
): Promise<{ readonly port: number; readonly stop: () => void }> {
	const port = await freePort();
	const args = ['serve', 'restic', ...options, '--addr', `127.0.0.1:${port}`, directory];
	return { port, stop: await serve(host, port, tools.rclone, args, host.directory) };
}

/** A WebDAV server: cannot rename uploads into place, tells no hashes. */
export async function serveWebdav(host: Host, name = 'dav'): Promise<ServedRemote> {
	const port = await freePort();
	const directory = join(host.directory, `served-${name}`);
	await mkdir(directory, { recursive: true });
	const args = [
		'serve',
		'webdav',
		'--addr',
		`127.0.0.1:${port}`,
		'--user',
		'u',
		'--pass',
		password,
		directory,
	];
	await serve(host, port, tools.rclone, args, host.directory);
	const pass = await obscured(host);
	return await served(host, name, 'webdav', port, {
		url: `http://127.0.0.1:${port}`,
		vendor: 'other',
		user: 'u',
		pass,
	});
}

/** An SFTP server. */
export async function serveSftp(host: Host, name = 'sftp'): Promise<ServedRemote> {
	const port = await freePort();
	const directory = join(host.directory, `served-${name}`);
	await mkdir(directory, { recursive: true });
	const args = ['serve', 'sftp', '--addr', `127.0.0.1:${port}`, '--user', 'u', '--pass', password, directory];
	await serve(host, port, tools.rclone, args, host.directory);
	const pass = await obscured(host);
	const options = { host: '127.0.0.1', port: String(port), user: 'u', pass };
	return await served(host, name, 'sftp', port, options);
}

/** An S3 server (s3rver) with the bucket `backup`. */
export async function serveS3(host: Host, name = 's3'): Promise<ServedRemote> {
	const port = await freePort();
	const directory = join(host.directory, `served-${name}`);
	await mkdir(directory, { recursive: true });
	const program = join(projectRoot, 'node_modules/s3rver/bin/s3rver.js');
	const args = [
		program,
		'-d',
		directory,
		'-a',
		'127.0.0.1',
		'-p',
		String(port),
		'--silent',
		'--configure-bucket',
		'backup',
	];
	await serve(host, port, tools.node, args, host.directory);
	return await served(host, name, 's3', port, s3Options(port));
}

export function s3Options(port: number): Readonly<Record<string, string>> {
	return {
		provider: 'Other',
		access_key_id: 'S3RVER',
		secret_access_key: 'S3RVER',
		endpoint: `http://127.0.0.1:${port}`,
		force_path_style: 'true',
	};
}
