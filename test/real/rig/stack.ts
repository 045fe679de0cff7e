import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host } from './host.ts';
import { testImage } from './tools.ts';

/** A stack written to a host. */
export interface TestStack {
	readonly host: Host;
	/** Base name of the directory: the dirlist key. */
	readonly name: string;
	readonly directory: string;
	/** Compose's default project name of that directory. */
	readonly project: string;
}

export interface StackOptions {
	/** Files beside the compose file: relative path -> content. */
	readonly files?: Readonly<Record<string, string | Buffer>>;
	/** Name of the compose file, default `compose.yaml`. */
	readonly composeFile?: string;
	/** Parent directory, default the host's stacks directory. */
	readonly parent?: string;
	/** Take `name` as it is instead of putting the host's name before it: the caller then sees to it being unique. */
	readonly exactName?: boolean;
}

/**
 * Writes a stack's directory; starts nothing. Its name is `HOST-name`.
 *
 * @param yaml the compose file, e.g. from `composeYaml`
 */
export async function stack(
	host: Host,
	name: string,
	yaml: string,
	options: StackOptions = {},
): Promise<TestStack> {
	const base = options.exactName === true ? name : `${host.name}-${name}`;
	const directory = join(options.parent ?? host.stacksDir, base);
	const files = { [options.composeFile ?? 'compose.yaml']: yaml, ...options.files };
	await mkdir(directory, { recursive: true });
	for (const [path, content] of Object.entries(files)) {
		const target = join(directory, path);
		await mkdir(dirname(target), { recursive: true });
		await writeFile(target, content);
		await chmod(target, 0o644);
	}
	return { host, name: base, directory, project: defaultProject(directory) };
}

/** Compose's normalised project name of a directory (compose-go, `NormalizeProjectName`). */
export function defaultProject(directory: string): string {
	return basename(directory)
		.toLowerCase()
		.replace(/[^-_a-z0-9]/g, '')
		.replace(/^[_-]+/, '');
}

/** A service that runs until told to stop and stops at once on SIGTERM; `lines` are further YAML lines of it. */
export function sleeper(name: string, lines: readonly string[] = []): string {
	const command = `["sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"]`;
	return [
		`  ${name}:`,
		`    image: ${testImage}`,
		`    command: ${command}`,
		...lines.map((line) => `    ${line}`),
	].join('\n');
}

/** A compose file of these services and, optionally, named volumes. */
export function composeYaml(services: readonly string[], volumes: readonly string[] = []): string {
	const declared = volumes.length === 0 ? [] : ['volumes:', ...volumes.map((volume) => `  ${volume}:`)];
	return `${['services:', ...services, ...declared].join('\n')}\n`;
}
