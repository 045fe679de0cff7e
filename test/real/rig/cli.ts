import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';
import { killGroup, type Outcome } from './run.ts';
import { projectRoot, tools } from './tools.ts';

export interface CliOptions {
	/** Added to the host's environment. */
	readonly env?: Readonly<Record<string, string>>;
	/** Text on standard input; without it that is /dev/null. */
	readonly input?: string;
	/** Bound in ms, default 150,000. */
	readonly timeoutMs?: number;
	/** Send this signal after so many ms. */
	readonly signalAfter?: { readonly signal: NodeJS.Signals; readonly ms: number };
	/** Leave out `--config FILE`. */
	readonly noConfig?: boolean;
	/** A file for standard output instead of collecting it. */
	readonly stdoutTo?: string;
	readonly cwd?: string;
}

/** A CLI that is running, to be watched and interrupted. */
export interface RunningCli {
	readonly child: ChildProcess;
	readonly pid: number;
	/** What it has written so far. */
	output(): { readonly stdout: string; readonly stderr: string };
	/** Resolves once stdout or stderr contains the text or matches; rejects when the CLI ends before, or after `timeoutMs`. */
	waitFor(pattern: string | RegExp, timeoutMs?: number): Promise<void>;
	/** Signal to the CLI's own process only. */
	kill(signal: NodeJS.Signals): void;
	/** The end; never rejects for the exit code. */
	readonly done: Promise<Outcome>;
}

/** Starts the built CLI (`bin/backup-tui.js`) for a host, in its own process group, `--config` given. */
export function startCli(host: Host, args: readonly string[], options: CliOptions = {}): RunningCli {
	const started = performance.now();
	const file = options.stdoutTo === undefined ? undefined : openSync(options.stdoutTo, 'w');
	const config = options.noConfig === true ? [] : ['--config', host.configFile];
	const child = spawn(tools.node, [join(projectRoot, 'bin/backup-tui.js'), ...config, ...args], {
		cwd: options.cwd ?? host.directory,
		env: { ...host.env, ...options.env },
		detached: true,
		stdio: [options.input === undefined ? 'ignore' : 'pipe', file ?? 'pipe', 'pipe'],
	});
	if (file !== undefined) closeSync(file);
	const pid = child.pid ?? -1;
	const text = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) {
		child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
			text[name] += chunk;
		});
	}
	child.stdin?.on('error', () => {});
	if (options.input !== undefined) child.stdin?.end(options.input);
	const timeoutMs = options.timeoutMs ?? 150_000;
	const limit = setTimeout(() => killGroup(pid), timeoutMs);
	const { signalAfter } = options;
	const timer =
		signalAfter === undefined ? undefined : setTimeout(() => child.kill(signalAfter.signal), signalAfter.ms);
	const done = once(child, 'close').then(([code, signal]: unknown[]): Outcome => {
		clearTimeout(limit);
		clearTimeout(timer);
		const ms = performance.now() - started;
		if (ms >= timeoutMs)
			throw new Error(`backup-tui ${args.join(' ')} timed out\n${text.stdout}\n${text.stderr}`);
		return { code: code as number | null, signal: signal as string | null, ...text, ms };
	});
	return {
		child,
		pid,
		done,
		output: () => ({ ...text }),
		kill: (signal) => void child.kill(signal),
		waitFor: (pattern, limitMs) => waitForText(child, text, pattern, limitMs ?? 60_000),
	};
}

/** Runs the built CLI to its end. Never throws for the exit code. */
export async function runCli(
	host: Host,
	args: readonly string[],
	options: CliOptions = {},
): Promise<Outcome> {
	return await startCli(host, args, options).done;
}

async function waitForText(
	child: ChildProcess,
	text: { readonly stdout: string; readonly stderr: string },
	pattern: string | RegExp,
	timeoutMs: number,
): Promise<void> {
	const end = Date.now() + timeoutMs;
	const found = () => {
		const all = `${text.stdout}\n${text.stderr}`;
		return typeof pattern === 'string' ? all.includes(pattern) : pattern.test(all);
	};
	while (!found()) {
		const ended = child.exitCode !== null || child.signalCode !== null;
		if (ended || Date.now() > end)
			throw new Error(`${ended ? 'ended' : 'timed out'} before ${pattern}:\n${text.stdout}\n${text.stderr}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
