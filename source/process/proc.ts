import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc tells it: the pid alone is reused, pid and start time together are not. */
export interface ProcessIdentity {
	readonly pid: number;
	/** Field 22 of /proc/PID/stat: clock ticks since boot. */
	readonly startTime: number;
	/** The kernel's id of this boot. */
	readonly bootId: string;
}

function readText(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}

let cachedBootId: string | undefined;

/** @returns the kernel's id of this boot; empty where /proc does not tell */
export function bootId(): string {
	cachedBootId ??= readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
	return cachedBootId;
}

export interface ProcessStat {
	/** R, S, D (uninterruptible), Z (zombie), T (stopped) ... */
	readonly state: string;
	readonly parent: number;
	readonly group: number;
	readonly session: number;
	readonly startTime: number;
}

/** @returns what /proc/PID/stat says (proc(5)), or undefined when there is no such process */
export function processStat(pid: number): ProcessStat | undefined {
	const text = readText(`/proc/${pid}/stat`);
	if (text === undefined) return undefined;
	// The command name is in parentheses and may itself hold parentheses and spaces.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	const number = (index: number) => Number(fields[index] ?? Number.NaN);
	return {
		state: fields[0] ?? '',
		parent: number(1),
		group: number(2),
		session: number(3),
		startTime: number(19),
	};
}

/** @returns this process, as it is written into locks and run files */
export function ownIdentity(): ProcessIdentity {
	return { pid: process.pid, startTime: processStat(process.pid)?.startTime ?? 0, bootId: bootId() };
}

/** True while that very process lives: same boot, same start time, and not a zombie (`kill(pid, 0)` succeeds for those). */
export function isAlive(identity: ProcessIdentity): boolean {
	if (identity.bootId !== bootId()) return false;
	const stat = processStat(identity.pid);
	return (
		stat !== undefined && stat.startTime === identity.startTime && stat.state !== 'Z' && stat.state !== 'X'
	);
}

/** True for a process that was stopped by a signal (SIGSTOP, Ctrl-Z) and does nothing until SIGCONT. */
export function isFrozen(pid: number): boolean {
	return processStat(pid)?.state === 'T';
}

/** @returns the pids of all processes */
export function allPids(): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
}

/** @returns one variable of a process's initial environment, undefined when absent or not readable */
export function environmentOf(pid: number, name: string): string | undefined {
	const text = readText(`/proc/${pid}/environ`);
	const entry = text?.split('\0').find((line) => line.startsWith(`${name}=`));
	return entry?.slice(name.length + 1);
}
