import type { Debt } from '../../runs/journal.ts';
import type { StandingDebt } from '../../runs/standing-debts.ts';

const states: Readonly<Record<Debt['kind'], string>> = {
	up: 'is down',
	'half-restored': 'is being restored',
	copy: 'is being made',
};

/** @returns a stack that a living run has in hand, in one line with what to do */
export function describeStanding({ stack, debt, since, run, command, pid, owner }: StandingDebt): string {
	const who = `${command ?? 'a command'} (run ${run}, pid ${pid})`;
	const state = `${stack} ${states[debt]} since ${since}`;
	if (owner === 'frozen')
		return `${state}: ${who} was stopped by a signal; let it continue: kill -CONT ${pid}`;
	if (owner === 'working') return `${state}: ${who} works on it`;
	return `${state}: ${who} has ended; backup-tui recover`;
}
