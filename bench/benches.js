import { downtime } from './downtime.js';
import { firstBackup } from './first-backup.js';
import { logBurst } from './log-burst.js';
import { manyStacks } from './many-stacks.js';
import { memory } from './memory.js';
import { progress } from './progress.js';
import { start } from './start.js';
import { state } from './state.js';
import { sync } from './sync.js';

/**
 * `rounds` is how often every arm is run; `small` makes the data a tenth.
 *
 * @typedef {{ rounds: number, small: boolean }} Options
 * @typedef {{ title: string, rounds: number, run: (options: Options) => Promise<import('./report.js').Result[]> }} Bench
 */

/** All benches by name; each stands on its own. @type {Readonly<Record<string, Bench>>} */
export const benches = {
	start: { title: 'how long it takes to start', rounds: 31, run: start },
	memory: { title: 'peak memory', rounds: 7, run: memory },
	progress: { title: 'memory by the number of progress messages', rounds: 3, run: progress },
	state: { title: 'the state of 50 stacks', rounds: 21, run: state },
	sync: { title: 'a sync with nothing to do', rounds: 7, run: sync },
	'log-burst': { title: 'a log of 5,000 lines a second', rounds: 3, run: logBurst },
	'many-stacks': { title: 'a backup of 20 and of 200 stopped stacks', rounds: 1, run: manyStacks },
	downtime: { title: 'incremental backups of three stacks', rounds: 7, run: downtime },
	'first-backup': { title: 'the first backup of 1 GB', rounds: 3, run: firstBackup },
};
