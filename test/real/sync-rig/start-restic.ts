import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Host, tools } from '../rig/index.ts';

/** A plain restic at work on the host's repository, to be frozen while it holds its lock. */
export interface RunningRestic extends AsyncDisposable {
	/** Resolves once the lock is there and restic is frozen. */
	stopWhenLocked(): Promise<void>;
	/** SIGKILL: its lock stays behind. */
	kill(): Promise<void>;
}

export async function startRestic(host: Host, args: readonly string[]): Promise<RunningRestic> {
	const fixed = [
		'-r',
		host.repository,
		'--password-file',
		host.passwordFile,
		'--no-cache',
		'--limit-download',
		'20',
	];
	const child = spawn(tools.restic, [...fixed, ...args], { env: { ...host.env }, stdio: 'ignore' });
	const ended = once(child, 'exit');
	const kill = async () => {
		child.kill('SIGKILL');
		await ended;
	};
	return {
		stopWhenLocked: async () => {
			const locked = () =>
				readdirSync(join(host.repository, 'locks')).some((name) => /^[0-9a-f]{64}$/.test(name));
			while (!locked()) {
				if (child.exitCode !== null) throw new Error('restic ended without a lock');
				await delay(2);
			}
			child.kill('SIGSTOP');
		},
		kill,
		[Symbol.asyncDispose]: kill,
	};
}
