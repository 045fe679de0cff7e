import { BackupTuiError } from '../errors.ts';
import {
	configArguments,
	dockerCommand,
	hashArguments,
	type ProjectFiles,
	rawArguments,
	resolveInputArguments,
} from './compose-command.ts';
import {
	type ComposeConfig,
	type ComposeService,
	type ComposeVolume,
	withSharedContainers,
} from './compose-config.ts';
import { secretsOfEnvFiles, withoutValues } from './compose-message.ts';
import type { DockerAccess } from './docker-access.ts';
import type { InventoryContainer } from './inventory.ts';
import { isUp } from './state.ts';

const composeMs = 60_000;
const configBytes = 64 * 1024 * 1024;

/** A project as its files say it now. */
export interface ResolvedProject extends ProjectFiles {
	readonly config: ComposeConfig;
	/** Hash by service, as Compose would label its containers now. */
	readonly hashes: Readonly<Record<string, string>>;
	/** Services with a `label_file`: it is part of the hash, and not of what Compose tells of the configuration (2.40). */
	readonly labelFiles?: readonly string[];
}

/** The line of Compose's stderr that says what is wrong, without warnings. */
function complaint(stderr: string): string {
	const lines = stderr.split('\n').map((line) => line.trim());
	return (
		lines.filter((line) => line !== '' && !/level=warning|^WARN/.test(line)).at(-1) ?? 'no error message'
	);
}

function hintFor(message: string): string {
	if (/required variable|missing a value/i.test(message))
		return 'set the variable in the .env file of the stack';
	if (/env file .* not found/i.test(message))
		return 'put the env file back, or take it out of the compose file';
	return 'see `docker compose config` in the directory of the stack';
}

async function compose(
	access: DockerAccess,
	project: ProjectFiles,
	args: readonly string[],
	input: string | undefined,
	signal: AbortSignal | undefined,
): Promise<string> {
	const result = await access.runner.run({
		...dockerCommand(access, args, project.workingDir),
		timeoutMs: composeMs,
		maxOutputBytes: configBytes,
		readOnly: true,
		...(input === undefined ? {} : { input }),
		...(signal === undefined ? {} : { signal }),
	});
	signal?.throwIfAborted();
	if (result.exitCode === 0) return result.stdout;
	const said = withoutValues(result.stderr, secretsOfEnvFiles(project.workingDir, project.envFiles));
	const message = result.timedOut ? `no answer within ${composeMs / 1000} s` : complaint(said);
	throw new BackupTuiError('plan-refused', `Compose cannot read the project ${project.project}: ${message}`, {
		hint: hintFor(message),
		detail: said,
	});
}

/** Compose's own reading of the files. @throws plan-refused when they cannot be read */
export async function readConfig(
	access: DockerAccess,
	project: ProjectFiles,
	signal?: AbortSignal,
): Promise<ComposeConfig> {
	if (project.configFiles.includes('-')) {
		throw new BackupTuiError(
			'plan-refused',
			`the project ${project.project} was started from standard input`,
			{
				hint: 'start it from a file once: what was typed in cannot be read again',
			},
		);
	}
	return JSON.parse(
		await compose(access, project, configArguments(project), undefined, signal),
	) as ComposeConfig;
}

/** Env files of a service, as the compose file writes them, made absolute by Compose. */
function rawEnvFiles(service: ComposeService): readonly string[] {
	return [service.env_file ?? []]
		.flat()
		.map((entry) => (typeof entry === 'string' ? entry : (entry.path ?? '')));
}

/**
 * Fills variables into texts as Compose does, by handing them back to it as labels.
 *
 * @returns the texts in their order
 */
async function interpolate(
	access: DockerAccess,
	project: ProjectFiles,
	texts: readonly string[],
	signal: AbortSignal | undefined,
): Promise<readonly string[]> {
	const labels = Object.fromEntries(texts.map((text, index) => [String(index), text]));
	const input = JSON.stringify({ services: { texts: { image: 'none', labels } } });
	const output = await compose(access, project, resolveInputArguments(project), input, signal);
	const { services } = JSON.parse(output) as { services: { texts: { labels: Record<string, string> } } };
	return texts.map((_, index) => services.texts.labels[String(index)] ?? '');
}

/** An absolute path that came from a variable has the project's directory before it: `/project//absolute/path`. */
function withoutDoubleRoot(path: string): string {
	return path.slice(path.lastIndexOf('//') + 1);
}

/** What the files say before variables are filled in: Compose's resolved form leaves both out. */
export interface RawProject {
	/** Paths of env files, by service. */
	readonly envFiles: Readonly<Record<string, readonly string[]>>;
	/** All declared volumes by their key, also those that no service mounts. */
	readonly volumes: Readonly<Record<string, ComposeVolume | null>>;
}

/** Fills variables into texts; those without any stay as they are. */
async function filledIn(
	access: DockerAccess,
	project: ProjectFiles,
	texts: readonly string[],
	signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
	const variable = [...new Set(texts.filter((text) => text.includes('$')))];
	const filled = variable.length === 0 ? [] : await interpolate(access, project, variable, signal);
	return new Map(variable.map((text, index) => [text, filled[index] ?? '']));
}

/** Env files and declared volumes of a project; undefined when Compose cannot read it. */
export async function readRaw(
	access: DockerAccess,
	project: ProjectFiles,
	signal?: AbortSignal,
): Promise<RawProject | undefined> {
	try {
		const text = await compose(access, project, rawArguments(project), undefined, signal);
		const { services = {}, volumes = {} } = JSON.parse(text) as ComposeConfig;
		const paths = Object.entries(services).map(([name, service]) => [name, rawEnvFiles(service)] as const);
		const names = Object.values(volumes).flatMap((volume) => volume?.name ?? []);
		const texts = await filledIn(access, project, [...paths.flatMap(([, all]) => all), ...names], signal);
		const path = (written: string) => {
			const filled = texts.get(written);
			return filled === undefined ? written : withoutDoubleRoot(filled);
		};
		return {
			envFiles: Object.fromEntries(paths.map(([name, all]) => [name, all.map(path)])),
			volumes: Object.fromEntries(
				Object.entries(volumes).map(([key, volume]) => {
					const name = volume?.name ?? key;
					return [key, { ...volume, name: texts.get(name) ?? name }];
				}),
			),
		};
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof BackupTuiError && error.code === 'plan-refused') return undefined;
		throw error;
	}
}

/** Services whose labels come from files; asked for only where a hash differs. */
async function withLabelFiles(
	access: DockerAccess,
	project: ProjectFiles,
	signal: AbortSignal | undefined,
): Promise<readonly string[]> {
	const text = await compose(access, project, rawArguments(project), undefined, signal);
	const { services = {} } = JSON.parse(text) as ComposeConfig;
	return Object.entries(services)
		.filter(([, service]) => service.label_file !== undefined)
		.map(([name]) => name);
}

/**
 * Reads the project's files and computes what Compose would label its containers with. The hashes are those of the
 * resolved configuration given back on standard input: `config --hash` on the files themselves differs for every service
 * with an `env_file` (Compose 2.40).
 *
 * @param containers of the project, to resolve `network_mode: service:NAME`
 * @throws plan-refused when the files cannot be read
 */
export async function resolveProject(
	access: DockerAccess,
	project: ProjectFiles,
	containers: readonly InventoryContainer[],
	signal?: AbortSignal,
): Promise<ResolvedProject> {
	const config = await readConfig(access, project, signal);
	const shared = withSharedContainers(config, {
		namespaceOf: (service, other) => {
			const ids = new Set(
				containers.filter((one) => one.service === service).flatMap((one) => one.sharesWith),
			);
			// A container that is gone can still be shared: its id is then the only one left over.
			return containers.find((one) => one.service === other && ids.has(one.id))?.id ?? [...ids][0];
		},
		volumesOf: (other) =>
			containers.filter((one) => one.service === other && !one.oneOff).sort((a, b) => a.number - b.number)[0]
				?.id,
	});
	const text = await compose(access, project, hashArguments(project), JSON.stringify(shared), signal);
	const hashes = Object.fromEntries(
		text
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => {
				const space = line.lastIndexOf(' ');
				return [line.slice(0, space), line.slice(space + 1)];
			}),
	);
	const { project: name, workingDir, configFiles, envFiles } = project;
	const differs = containers.some((one) => isUp(one) && hashes[one.service] !== one.configHash);
	const labelFiles = differs ? await withLabelFiles(access, project, signal) : [];
	return { project: name, workingDir, configFiles, envFiles, config, hashes, labelFiles };
}
