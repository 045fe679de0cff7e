import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { docker, dockerLines, type Host, runCli, type Sections, type TestStack } from './rig/index.ts';
import { run } from './rig/run.ts';

/** Short waits, and the directory beside the host that serves as remote. */
export function restoreConfig(host?: Host): Sections {
	return {
		docker: { SETTLE_SECONDS: 1 },
		...(host === undefined ? {} : { cloud_sync: { REMOTE: host.remoteDir, PATH: 'mirror' } }),
	};
}

export async function mountpoint(host: Host, volume: string): Promise<string> {
	return (await docker(host, ['volume', 'inspect', '-f', '{{.Mountpoint}}', volume])).stdout.trim();
}

/** A copy of a tree with owners, modes, times and links. */
export async function copyTree(from: string, to: string): Promise<void> {
	await mkdir(to, { recursive: true });
	await run('cp', ['-a', '--no-target-directory', from, to]);
}

/** Runs the CLI and expects an exit code; the output is in the failure. */
export async function cli(host: Host, args: readonly string[], code = 0) {
	const outcome = await runCli(host, args);
	expect(outcome.code, `${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`).toBe(code);
	return outcome;
}

/** What an agreed restore in place of a stack needs on its command line. */
export function inPlace(stack: TestStack, ...more: readonly string[]): readonly string[] {
	return ['restore', '--stack', stack.name, '--in-place', '--yes', '--confirm', stack.name, ...more];
}

/** Takes everything of the stacks away from the engine and the disk, as if the machine were new. */
export async function loseStacks(host: Host, stacks: readonly TestStack[]): Promise<void> {
	for (const { project, directory } of stacks) {
		const label = `label=com.docker.compose.project=${project}`;
		const each = async (list: readonly string[], remove: readonly string[]) => {
			const ids = await dockerLines(host, [...list, '--filter', label]);
			if (ids.length > 0) await docker(host, [...remove, ...ids]);
		};
		await each(['ps', '-aq'], ['rm', '-f', '-v']);
		await each(['volume', 'ls', '-q'], ['volume', 'rm']);
		await each(['network', 'ls', '-q'], ['network', 'rm']);
		await rm(directory, { recursive: true, force: true });
	}
}

/** Takes everything of the program itself away but the remote. */
export async function loseProgram(host: Host): Promise<void> {
	for (const path of [
		host.stateDir,
		host.logDir,
		host.runDir,
		host.cacheDir,
		host.repository,
		host.stacksDir,
	])
		await rm(path, { recursive: true, force: true });
	expect(existsSync(join(host.remoteDir, 'mirror', 'config'))).toBe(true);
}
