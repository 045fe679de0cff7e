import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { allPids, processStat } from '../process/proc.ts';
import type { LockHolder } from './types.ts';

/** Clock ticks per second in /proc/PID/stat: fixed to 100 for user space on Linux (proc(5), sysconf(3)). */
const ticksPerSecond = 100;
/** Boot time is told in whole seconds. */
const slackMs = 2_000;

/** What /proc tells of a process. */
export interface ProcessView {
	readonly pid: number;
	/** Its pids in all namespaces it is in, the outermost first: in a container restic sees only the innermost. */
	readonly namespacePids: readonly number[];
	readonly name: string;
	/** ms since the epoch. */
	readonly startedAt: number;
}

function read(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

function programOf(pid: number): string {
	try {
		return basename(readlinkSync(`/proc/${pid}/exe`));
	} catch {
		return '';
	}
}

function view(pid: number, bootTime: number): ProcessView | undefined {
	const stat = processStat(pid);
	if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
	const inner = /^NSpid:\s+(.*)$/m
		.exec(read(`/proc/${pid}/status`))?.[1]
		?.split(/\s+/)
		.map(Number);
	const names = [read(`/proc/${pid}/comm`).trim(), programOf(pid)];
	return {
		pid,
		namespacePids: inner ?? [pid],
		name: names.find((name) => name.includes('restic')) ?? names[0] ?? '',
		startedAt: bootTime + (stat.startTime / ticksPerSecond) * 1000,
	};
}

/** All living processes of this host. */
export function livingProcesses(): ProcessView[] {
	const bootTime = Number(/^btime (\d+)$/m.exec(read('/proc/stat'))?.[1] ?? 0) * 1000;
	return allPids().flatMap((pid) => view(pid, bootTime) ?? []);
}

/**
 * Who holds a lock of this host. The pid alone does not tell: it may have been given to something else since, and
 * `restic unlock` sends SIGHUP to whatever has it now.
 *
 * @param lock pid and time of the lock, ms since the epoch
 */
export function holderOf(
	lock: { readonly pid: number; readonly time: number },
	processes: readonly ProcessView[],
): LockHolder {
	const olderThanLock = (process: ProcessView) => process.startedAt <= lock.time + slackMs;
	const restic = processes.find(
		(process) =>
			process.name.includes('restic') && process.namespacePids.includes(lock.pid) && olderThanLock(process),
	);
	if (restic !== undefined) return { kind: 'alive', pid: restic.pid };
	const same = processes.find((process) => process.pid === lock.pid);
	if (same === undefined) return { kind: 'dead' };
	const name = `${same.name} (${same.pid})`;
	return olderThanLock(same) ? { kind: 'unclear', process: name } : { kind: 'reused', process: name };
}
