import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CliOptions, Outcome, RunningCli } from '../../real/rig/index.ts';
import { projectRoot, tools } from '../../real/rig/index.ts';
import { killGroup } from '../../real/rig/run.ts';
import type { Scene } from '../suite/scene.ts';

/** What the plain script is told of a scene. */
export function scriptEnvironment({ host, copy }: Pick<Scene, 'host' | 'copy'>): Record<string, string> {
	const path = [tools.restic, tools.rclone, tools.docker].map((file) => join(file, '..'));
	return {
		...host.env,
		PATH: [...path, host.env.PATH].join(':'),
		REPOSITORY: host.repository,
		PASSWORD_FILE: host.passwordFile,
		REMOTE: copy,
		DIRLIST: host.dirlist,
		STACKS: host.stacksDir,
		HOST_NAME: host.name,
		TIMEOUT: '5',
	};
}

/** Starts the plain script for a scene, in the place of the product: same flags, same signals. */
export function startScript(
	scene: Pick<Scene, 'host' | 'copy'>,
	args: readonly string[],
	options: CliOptions = {},
): RunningCli {
	const started = performance.now();
	const child = spawn(join(projectRoot, 'test/faults/baseline/backup.sh'), args, {
		cwd: scene.host.directory,
		env: { ...scriptEnvironment(scene), ...options.env },
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const pid = child.pid ?? -1;
	const text = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const)
		child[name].setEncoding('utf8').on('data', (chunk: string) => {
			text[name] += chunk;
		});
	const limit = setTimeout(() => killGroup(pid), options.timeoutMs ?? 60_000);
	// Its children hold the pipes when it is killed: the end is its own.
	const done = once(child, 'exit').then(([code, signal]: unknown[]): Outcome => {
		clearTimeout(limit);
		const ms = performance.now() - started;
		return { code: code as number | null, signal: signal as string | null, ...text, ms };
	});
	const waitFor = async (pattern: string | RegExp, limitMs = 30_000) => {
		const end = Date.now() + limitMs;
		const found = () =>
			typeof pattern === 'string' ? text.stdout.includes(pattern) : pattern.test(text.stdout);
		while (!found()) {
			if (child.exitCode !== null || Date.now() > end) throw new Error(`the script never said ${pattern}`);
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	};
	// A signal from cron or a terminal reaches the whole group.
	const kill = (signal: NodeJS.Signals) => {
		try {
			process.kill(-pid, signal);
		} catch {}
	};
	return { child, pid, done, output: () => ({ ...text }), kill, waitFor };
}
