import type { Trace } from './dispose.ts';
import { type Outcome, type RunOptions, run } from './run.ts';
import type { TestStack } from './stack.ts';
import { tools } from './tools.ts';

/** Runs the real Docker client for a host. Throws on a non-zero exit unless `anyCode`. */
export async function docker(
	host: Trace,
	args: readonly string[],
	options: RunOptions = {},
): Promise<Outcome> {
	return await run(tools.docker, args, { ...options, env: { ...host.env, ...options.env } });
}

/** Non-empty lines of standard output of `docker ARGS`. */
export async function dockerLines(host: Trace, args: readonly string[]): Promise<string[]> {
	const { stdout } = await docker(host, args);
	return stdout.split('\n').filter((line) => line !== '');
}

/** Where the engine keeps its volumes: not the same place on every machine. */
export async function volumesRoot(host: Trace): Promise<string> {
	const { stdout } = await docker(host, ['info', '--format', '{{.DockerRootDir}}']);
	return `${stdout.trim()}/volumes`;
}

/** Runs `docker compose ARGS` in a stack's directory, as its owner would by hand. */
export async function compose(
	stack: TestStack,
	args: readonly string[],
	options: RunOptions = {},
): Promise<Outcome> {
	return await docker(stack.host, ['compose', ...args], { cwd: stack.directory, ...options });
}
