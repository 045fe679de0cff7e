import { allPids, environmentOf, processStat } from './proc.ts';

/** Every child carries this variable: a grandchild that left its group (setsid) is found by it. */
export const cookieVariable = 'BACKUP_TUI_RUN';

function signalPid(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// Gone already, or not ours to signal: nothing to do in either case.
	}
}

/** Sends a signal to a whole process group, and SIGCONT after it so that a stopped member can act on it. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
	signalPid(-group, signal);
	if (signal !== 'SIGSTOP') signalPid(-group, 'SIGCONT');
}

/** @returns true while any member of the group is alive (zombies do not count) */
export function groupAlive(group: number): boolean {
	return allPids().some((pid) => {
		const stat = processStat(pid);
		return stat !== undefined && stat.group === group && stat.state !== 'Z' && stat.state !== 'X';
	});
}

/**
 * Processes that carry the cookie but are not this process.
 *
 * @param cookie value of the cookie variable, or a test of it
 */
export function findStrays(cookie: string | ((value: string) => boolean)): number[] {
	const matches = typeof cookie === 'string' ? (value: string) => value === cookie : cookie;
	return allPids().filter((pid) => {
		if (pid === process.pid) return false;
		const value = environmentOf(pid, cookieVariable);
		if (value === undefined || !matches(value)) return false;
		const state = processStat(pid)?.state;
		return state !== undefined && state !== 'Z' && state !== 'X';
	});
}

/** SIGKILLs every process that carries the cookie. @returns their pids */
export function killStrays(cookie: string | ((value: string) => boolean)): number[] {
	const strays = findStrays(cookie);
	for (const pid of strays) signalPid(pid, 'SIGKILL');
	return strays;
}
