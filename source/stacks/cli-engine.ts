import { PassThrough } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import type { CommandResult } from '../process/command.ts';
import { type DockerCommand, openCliEvents } from './cli-events.ts';
import { composeLabels } from './container-labels.ts';
import {
	type CallOptions,
	defaultCallMs,
	type Engine,
	type HelperSpec,
	type LayerChange,
	type NetworkSpec,
} from './engine.ts';
import {
	type ApiContainer,
	type ApiImage,
	type ApiVolume,
	toContainerDetails,
	toImageDetails,
	toVolumeDetails,
} from './engine-json.ts';
import { type ApiNetwork, endpointOf, toNetworkDetails } from './engine-network-json.ts';

export interface CliEngineOptions extends DockerCommand {
	/** The docker host, for messages. */
	readonly endpoint: string;
	readonly local: boolean;
}

const noSuch = /no such (object|container|volume|image|network)|network \S+ not found/i;

/** What a failing `docker` command means; the client prints the engine's words after "Error response from daemon:". */
/** A whole volume over a slow line, ms. */
const archiveMs = 24 * 3600_000;

function explain(options: CliEngineOptions, result: CommandResult, timeoutMs: number): BackupTuiError {
	const text = result.stderr.trim();
	if (
		result.timedOut ||
		/cannot connect|error during connect|connection refused|i\/o timeout|EOF$/i.test(text)
	) {
		const reason = result.timedOut ? `no answer within ${timeoutMs / 1000} s` : (text.split('\n')[0] ?? '');
		return new BackupTuiError('daemon-unreachable', `the Docker daemon does not answer: ${reason}`, {
			hint: `check ${options.endpoint} with \`docker version\``,
			detail: text,
		});
	}
	if (/permission denied/i.test(text)) {
		return new BackupTuiError('no-permission', `no permission to use Docker at ${options.endpoint}`, {
			hint: 'run it as root, or add this user to the docker group (usermod -aG docker USER) and log in again',
			detail: text,
		});
	}
	return new BackupTuiError(
		'internal',
		`Docker refused: ${text.replace(/^Error response from daemon: /, '')}`,
	);
}

function helperArguments(spec: HelperSpec): readonly string[] {
	const [entrypoint = '', ...rest] = spec.command;
	return [
		...[
			'create',
			'--name',
			spec.name,
			'--network',
			'none',
			...(spec.writable === true ? [] : ['--read-only']),
			'--user',
			'0:0',
			'--no-healthcheck',
		],
		...['--stop-signal', 'SIGKILL', '--pull', 'never'],
		...Object.entries(spec.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
		...spec.volumes.flatMap(({ name, destination }) => [
			'--mount',
			`type=volume,src=${name},dst=${destination},${spec.writable === true ? '' : 'readonly,'}volume-nocopy`,
		]),
		...['--entrypoint', entrypoint, spec.image, ...rest],
	];
}

const diffLetters: Readonly<Record<string, LayerChange['kind']>> = { A: 'added', D: 'deleted' };

/** A line of `docker diff`: `A /path`. */
function toDiffLine(line: string): LayerChange {
	return { kind: diffLetters[line[0] ?? ''] ?? 'modified', path: line.slice(2) };
}

function pairs(flag: string, values: Readonly<Record<string, string>>): readonly string[] {
	return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}

function networkArguments(spec: NetworkSpec): readonly string[] {
	return [
		...['--driver', spec.driver],
		...(spec.internal ? ['--internal'] : []),
		...(spec.attachable ? ['--attachable'] : []),
		...(spec.ipv6 ? ['--ipv6'] : []),
		...spec.pools.flatMap(({ subnet, range, gateway }) => [
			...['--subnet', subnet],
			...(range === undefined ? [] : ['--ip-range', range]),
			...(gateway === undefined ? [] : ['--gateway', gateway]),
		]),
		...pairs('--opt', spec.options),
		...pairs('--label', spec.labels),
	];
}

function endpointArguments({ Aliases, Links, IPAMConfig }: ReturnType<typeof endpointOf>): readonly string[] {
	return [
		...(Aliases ?? []).flatMap((alias) => ['--alias', alias]),
		...(Links ?? []).flatMap((link) => ['--link', link]),
		...(IPAMConfig?.IPv4Address ? ['--ip', IPAMConfig.IPv4Address] : []),
		...(IPAMConfig?.IPv6Address ? ['--ip6', IPAMConfig.IPv6Address] : []),
	];
}

/** The engine through the `docker` command: slower (20-40 ms a call), but follows contexts, TCP and SSH as it does. */
export function createCliEngine(options: CliEngineOptions): Engine {
	const command = (args: readonly string[]) => ({
		tool: 'docker' as const,
		file: options.dockerFile,
		args,
		env: options.env,
	});

	async function attempt(args: readonly string[], call: CallOptions = {}, readOnly = false) {
		const timeoutMs = call.timeoutMs ?? defaultCallMs;
		const result = await options.runner.run({
			...command(args),
			timeoutMs,
			graceMs: 1000,
			readOnly,
			maxOutputBytes: 64 * 1024 * 1024,
			...(call.signal === undefined ? {} : { signal: call.signal }),
		});
		call.signal?.throwIfAborted();
		return { result, error: result.exitCode === 0 ? undefined : explain(options, result, timeoutMs) };
	}

	/** A command that only reads. */
	async function ask(args: readonly string[], call?: CallOptions): Promise<string> {
		const { result, error } = await attempt(args, call, true);
		if (error !== undefined) throw error;
		return result.stdout.trim();
	}

	async function docker(args: readonly string[], call?: CallOptions): Promise<string> {
		const { result, error } = await attempt(args, call);
		if (error !== undefined) throw error;
		return result.stdout.trim();
	}

	/** `inspect` prints what it found and fails for what it did not. */
	async function inspect<T>(kind: string, names: readonly string[], call?: CallOptions): Promise<T[]> {
		if (names.length === 0) return [];
		const { result, error } = await attempt([kind, 'inspect', '--', ...names], call, true);
		if (error !== undefined && !noSuch.test(result.stderr)) throw error;
		return JSON.parse(result.stdout.trim() || '[]') as T[];
	}

	async function act(args: readonly string[], done: RegExp | undefined, call?: CallOptions): Promise<void> {
		const { result, error } = await attempt(args, call);
		if (error !== undefined && done?.test(result.stderr) !== true) throw error;
	}

	const lines = (text: string) => text.split('\n').filter((line) => line !== '');

	return {
		kind: 'cli',
		local: options.local,
		endpoint: options.endpoint,
		async info(call) {
			const format = '{{json .ServerVersion}}\t{{json .DockerRootDir}}\t{{json .SecurityOptions}}';
			const [text, version] = await Promise.all([
				ask(['info', '--format', format], call),
				ask(['version', '--format', '{{json .Server}}'], call),
			]);
			const [serverVersion, rootDir, security] = text.split('\t').map((part) => JSON.parse(part) as unknown);
			const server = JSON.parse(version) as {
				ApiVersion?: string;
				Components?: { Name?: string }[] | null;
			} | null;
			return {
				version: String(serverVersion ?? ''),
				apiVersion: server?.ApiVersion ?? '',
				rootDir: String(rootDir ?? ''),
				rootless: JSON.stringify(security ?? []).includes('rootless'),
				podman: (server?.Components ?? []).some((component) => component.Name?.includes('Podman')),
			};
		},
		async listContainers(filter = {}) {
			const label =
				filter.project === undefined ? composeLabels.project : `${composeLabels.project}=${filter.project}`;
			const filters = filter.everything ? [] : ['--filter', `label=${label}`];
			const ids = lines(await ask(['ps', '-aq', '--no-trunc', ...filters], filter));
			return (await inspect<ApiContainer>('container', ids, filter)).map(toContainerDetails);
		},
		inspectContainers: async (ids, call) =>
			(await inspect<ApiContainer>('container', ids, call)).map(toContainerDetails),
		async changes(id, call) {
			const { result, error } = await attempt(['diff', '--', id], call, true);
			if (error !== undefined && !noSuch.test(result.stderr)) throw error;
			return lines(result.stdout).map(toDiffLine);
		},
		async inspectVolume(name, call) {
			const [api] = await inspect<ApiVolume>('volume', [name], call);
			return api === undefined ? undefined : toVolumeDetails(api);
		},
		async inspectImage(reference, call) {
			const [api] = await inspect<ApiImage>('image', [reference], call);
			return api === undefined ? undefined : toImageDetails(api);
		},
		async listImages(call) {
			const ids = [...new Set(lines(await ask(['image', 'ls', '-q', '--no-trunc'], call)))];
			return (await inspect<ApiImage>('image', ids, call)).map(toImageDetails);
		},
		networkExists: async (name, call) => (await inspect('network', [name], call)).length > 0,
		async createVolume({ name, driver, options: driverOptions, labels }, call) {
			await docker(
				[
					'volume',
					'create',
					'--driver',
					driver,
					...pairs('--opt', driverOptions),
					...pairs('--label', labels),
					name,
				],
				call,
			);
		},
		async inspectNetwork(name, call) {
			const [api] = await inspect<ApiNetwork>('network', [name], call);
			return api === undefined ? undefined : toNetworkDetails(api);
		},
		createNetwork: async (name, spec, call) =>
			void (await docker(
				['network', 'create', ...(spec === undefined ? [] : networkArguments(spec)), name],
				call,
			)),
		async reconnectNetwork(id, name, call) {
			const [api] = await inspect<ApiContainer>('container', [id], call);
			if (api === undefined) return;
			await docker(['network', 'disconnect', '--force', name, id], call);
			await docker(['network', 'connect', ...endpointArguments(endpointOf(api, name)), name, id], call);
		},
		removeNetwork: (name, call) => act(['network', 'rm', name], /no such network|not found/i, call),
		startContainer: (id, call) => act(['start', id], undefined, call),
		stopContainer: (id, graceSeconds, call) =>
			act(['stop', '--time', String(graceSeconds), id], noSuch, {
				timeoutMs: graceSeconds * 1000 + defaultCallMs,
				...call,
			}),
		killContainer: (id, call) => act(['kill', id], /is not running/i, call),
		pauseContainer: (id, call) => act(['pause', id], undefined, call),
		unpauseContainer: (id, call) => act(['unpause', id], undefined, call),
		removeContainer: (id, call) => act(['rm', '--force', id], noSuch, call),
		createHelper: (spec, call) => docker(helperArguments(spec), call),
		async archive(id, path, call = {}) {
			const output = new PassThrough();
			const running = await options.runner.start({
				...command(['cp', `${id}:${path}`, '-']),
				stdoutTo: output,
				timeoutMs: archiveMs,
				...(call.signal === undefined ? {} : { signal: call.signal }),
			});
			// The runner leaves the stream open: a stream that ends is a whole archive.
			void running.result.then((result) => {
				if (result.exitCode === 0) output.end();
				else output.destroy(explain(options, result, defaultCallMs));
			});
			return output;
		},
		events: (handlers, call) => openCliEvents(options, handlers, call),
	};
}
