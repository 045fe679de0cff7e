import { spawn } from 'node:child_process';

/** How a program ended and what it wrote. `code` is null when a signal ended it. */
export interface Outcome {
	readonly code: number | null;
	readonly signal: string | null;
	readonly stdout: string;
	readonly stderr: string;
	/** Wall time in ms. */
	readonly ms: number;
}

export interface RunOptions {
	readonly cwd?: string;
	/** The whole environment of the program. */
	readonly env?: Readonly<Record<string, string>>;
	/** Text given on standard input; without it that is /dev/null. */
	readonly input?: string | Buffer;
	/** Bound in ms, default 120,000; past it the process group is killed and an error thrown. */
	readonly timeoutMs?: number;
	/** Return whatever the exit code is, instead of throwing when it is not 0. */
	readonly anyCode?: boolean;
}

/** Runs a program to its end in its own process group. Throws on a non-zero exit (see `anyCode`) and on a timeout. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
	const started = performance.now();
	const child = spawn(file, args, {
		cwd: options.cwd,
		env: options.env,
		detached: true,
		stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
	});
	const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
	const timeoutMs = options.timeoutMs ?? 120_000;
	const out: Buffer[] = [];
	const err: Buffer[] = [];
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		if (child.pid !== undefined) killGroup(child.pid);
	}, timeoutMs);
	child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
	child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
	child.stdin?.on('error', () => {});
	if (options.input !== undefined) child.stdin?.end(options.input);
	child.on('error', (error) => {
		clearTimeout(timer);
		reject(error);
	});
	child.on('close', (code, signal) => {
		clearTimeout(timer);
		const outcome: Outcome = {
			code,
			signal,
			stdout: Buffer.concat(out).toString(),
			stderr: Buffer.concat(err).toString(),
			ms: performance.now() - started,
		};
		if (late) reject(new Error(`timed out after ${timeoutMs} ms: ${describe(file, args, outcome)}`));
		else if (code !== 0 && options.anyCode !== true) reject(new Error(describe(file, args, outcome)));
		else resolve(outcome);
	});
	return await promise;
}

function describe(file: string, args: readonly string[], outcome: Outcome): string {
	const end = outcome.signal === null ? `exit code ${outcome.code}` : `signal ${outcome.signal}`;
	return `${[file, ...args].join(' ')}: ${end}\n${outcome.stdout}\n${outcome.stderr}`;
}

/** SIGKILL to a process group that we started; one that is gone already is fine. */
export function killGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {}
}
