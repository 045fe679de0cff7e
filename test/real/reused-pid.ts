import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, onTestFinished } from 'vitest';

/** A process with exactly this pid; undefined when another process took it first. */
async function processWithPid(pid: number): Promise<number | undefined> {
	await writeFile('/proc/sys/kernel/ns_last_pid', String(pid - 1));
	const child = spawn('/bin/sleep', ['300'], { stdio: 'ignore' });
	onTestFinished(() => void child.kill('SIGKILL'));
	return child.pid;
}

/** Starts an innocent process with the pid of a dead one. SIGHUP would end it at once. */
export async function takePid(pid: number): Promise<{ lives(): Promise<boolean> }> {
	// A process that starts within two seconds after a lock counts as older than it.
	await new Promise((resolve) => setTimeout(resolve, 3_000));
	await expect.poll(() => processWithPid(pid), { timeout: 20_000 }).toBe(pid);
	return {
		lives: async () => {
			const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
			return (await read('cmdline')).includes('sleep') && /\) [SR] /.test(await read('stat'));
		},
	};
}
