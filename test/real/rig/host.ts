import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defaultSections, type Sections, writeIni } from './config-file.ts';
import { removeEverything } from './dispose.ts';
import { ownerFile } from './sweep.ts';
import { toolEnvironment } from './tools.ts';

/**
 * A machine in a temporary directory: stacks, repository, remote, config, state. Every name it gives out
 * (Compose projects, volumes, images) begins with `name`, so that tests of several checkouts share one engine.
 */
export interface Host {
	/** Unique, lower case, fit for Compose project names: `bt` and eight hexadecimal digits. */
	readonly name: string;
	readonly directory: string;
	readonly stacksDir: string;
	/** Where `[paths]` of the config points. */
	readonly stateDir: string;
	readonly logDir: string;
	readonly runDir: string;
	readonly cacheDir: string;
	/** The restic repository (not yet made: see `initRepository`). */
	readonly repository: string;
	/** A directory that serves as rclone remote. */
	readonly remoteDir: string;
	readonly configFile: string;
	readonly dirlist: string;
	readonly passwordFile: string;
	readonly password: string;
	/** HOME of everything started for this host, empty at first. */
	readonly home: string;
	/** Environment of every process started for this host; holds the cookie RIG_HOST=name. */
	readonly env: Readonly<Record<string, string>>;
	/** Removes containers, volumes, networks, images, mounts, processes and files of this host. */
	dispose(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
}

export interface HostOptions {
	/** Keys laid over the default config, by section; `undefined` as a value takes a key out. */
	readonly config?: Sections;
	/** Added to the environment, e.g. DOCKER_HOST of a private engine. */
	readonly env?: Readonly<Record<string, string>>;
}

/** Makes a host. The caller disposes of it: `await using host = await createHost()`, or see `testHost`. */
export async function createHost(options: HostOptions = {}): Promise<Host> {
	const name = `bt${randomBytes(4).toString('hex')}`;
	const directory = await mkdtemp(join(tmpdir(), `${name}-`));
	const at = (...parts: string[]) => join(directory, ...parts);
	const dispose = () => removeEverything(host);
	const host: Host = {
		name,
		directory,
		stacksDir: at('stacks'),
		stateDir: at('state'),
		logDir: at('log'),
		runDir: at('run'),
		cacheDir: at('cache'),
		repository: at('repository'),
		remoteDir: at('remote'),
		configFile: at('config.ini'),
		dirlist: at('dirlist'),
		passwordFile: at('password'),
		password: `canary-${randomBytes(8).toString('hex')}`,
		home: at('home'),
		env: toolEnvironment({ HOME: at('home'), RIG_HOST: name, ...options.env }),
		dispose,
		[Symbol.asyncDispose]: dispose,
	};
	await writeFile(at(ownerFile), String(process.pid));
	await mkdir(host.stacksDir);
	await mkdir(host.home);
	await mkdir(host.remoteDir);
	await writeFile(host.passwordFile, `${host.password}\n`, { mode: 0o600 });
	await writeConfig(host, options.config);
	return host;
}

/** A host for one test, disposed of when the test ends, however it ends. Call it inside the test. */
export async function testHost(options: HostOptions = {}): Promise<Host> {
	const host = await createHost(options);
	onTestFinished(() => host.dispose(), 120_000);
	return host;
}

/** Writes the host's config.ini again: the defaults with `changes` laid over them. */
export async function writeConfig(host: Host, changes: Sections = {}): Promise<void> {
	await writeFile(host.configFile, writeIni(defaultSections(host), changes), { mode: 0o600 });
}

/** Writes the dirlist: each key on or off, in this order. */
export async function writeDirlist(host: Host, entries: Readonly<Record<string, boolean>>): Promise<void> {
	const lines = Object.entries(entries).map(([key, on]) => `${key}=${on}\n`);
	await writeFile(host.dirlist, lines.join(''), { mode: 0o600 });
}

/** Deletes a directory tree. */
export async function removeTree(path: string): Promise<void> {
	await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
