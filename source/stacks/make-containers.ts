import type { CommandResult } from '../process/command.ts';
import { dockerCommand, type ProjectFiles, upArguments } from './compose-command.ts';
import type { ComposeConfig } from './compose-config.ts';
import type { DockerAccess } from './docker-access.ts';
import type { InventoryProject } from './inventory.ts';
import { onInput, upCommand } from './plan-quiesce.ts';
import type { QuiesceMethod } from './quiesce-steps.ts';
import { isSameProject, type Recorded, type RecordedProject } from './recorded.ts';
import { openRecordedEngine } from './recorded-engine.ts';
import { type ResolvedProject, readConfig } from './resolve-project.ts';

export interface MakeOptions {
	/** How the stack was taken down. */
	readonly method: QuiesceMethod;
	/** Services of which containers are gone. */
	readonly services: ReadonlySet<string>;
	readonly resolved: ResolvedProject | undefined;
	readonly recorded: Recorded | undefined;
	readonly timeoutMs: number;
	readonly signal: AbortSignal | undefined;
}

/** What `docker compose up` is called with. */
interface UpCall {
	readonly args: readonly string[];
	readonly input?: string;
}

function upCall(
	files: InventoryProject,
	project: InventoryProject,
	options: MakeOptions,
	resolved: Pick<ResolvedProject, 'config'> | undefined,
): UpCall {
	if (options.method === 'down')
		return { args: upCommand({ ...files, replicas: project.replicas }, resolved) };
	const replicas = Object.entries(project.replicas).filter(([service]) => options.services.has(service));
	return { args: upArguments(files, { replicas: Object.fromEntries(replicas), keep: true }) };
}

/** The resolved configuration on standard input. */
function recordedCall(project: InventoryProject, record: RecordedProject, options: MakeOptions): UpCall {
	return { ...upCall(onInput(project), project, options, record), input: JSON.stringify(record.config) };
}

/** An engine that is not reached by a socket: only what did change is taken from the record, with the labels that gives. */
async function callWithoutSocket(
	access: DockerAccess,
	project: InventoryProject,
	record: RecordedProject,
	options: MakeOptions,
): Promise<UpCall> {
	const pins = await Promise.all(
		Object.entries(record.images).map(async ([service, image]) => {
			const found = await access.engine.inspectImage(image.reference);
			return found?.id === image.id ? undefined : ([service, { image: image.id }] as const);
		}),
	);
	const moved = Object.fromEntries(pins.filter((pin) => pin !== undefined));
	if (Object.keys(moved).length === 0 && (await isUnchanged(access, project, record, options.signal)))
		return upCall(project, project, options, record);
	const services = Object.entries(record.config.services ?? {}).map(
		([name, service]) => [name, { ...service, ...moved[name] }] as const,
	);
	const config: ComposeConfig = { ...record.config, services: Object.fromEntries(services) };
	return recordedCall(project, { ...record, config }, options);
}

async function isUnchanged(
	access: DockerAccess,
	files: ProjectFiles,
	record: RecordedProject,
	signal: AbortSignal | undefined,
): Promise<boolean> {
	try {
		const now = await readConfig(access, files, signal);
		return JSON.stringify(now) === JSON.stringify(record.config);
	} catch {
		signal?.throwIfAborted();
		return false;
	}
}

/**
 * `docker compose up` for containers of one project that are not there any more: from the record where there is one, so that
 * nothing that was edited, tagged or broken meanwhile has a say in it; else from the files.
 */
export async function makeContainers(
	access: DockerAccess,
	project: InventoryProject,
	options: MakeOptions,
): Promise<CommandResult> {
	const { recorded, signal } = options;
	const run = (call: UpCall, environment: Readonly<Record<string, string>> = {}) => {
		const command = dockerCommand(access, call.args, project.workingDir);
		return access.runner.run({
			...command,
			env: { ...command.env, ...environment },
			timeoutMs: options.timeoutMs,
			...(call.input === undefined ? {} : { input: call.input }),
			...(signal === undefined ? {} : { signal }),
		});
	};
	const record = recorded?.projects.find((one) => isSameProject(one, project));
	if (recorded === undefined || record === undefined)
		return await run(upCall(project, project, options, options.resolved));
	if (access.engine.kind !== 'socket')
		return await run(await callWithoutSocket(access, project, record, options));
	const engine = await openRecordedEngine(access.engine.endpoint, recorded, record, access.socketDirectory);
	try {
		return await run(recordedCall(project, record, options), { DOCKER_HOST: engine.address });
	} finally {
		engine.close();
	}
}
