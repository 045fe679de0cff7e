// A run that goes on and writes so many lines a second to its log, as a backup with much to say would. Ends with its parent.
import { setInterval } from 'node:timers';
import { createRunFiles } from '../source/runs/run-files.ts';
import { newRunId } from '../source/runs/run-id.ts';

const [, , stateDir = '', logDir = '', perSecond = '0'] = process.argv;
const now = new Date();
const id = newRunId(now);
const startedAt = now.toISOString();
const { listener } = createRunFiles(
	{ stateDir, logDir, level: 'info' },
	{ id, command: 'backup', arguments: [], trigger: 'manual', dryRun: false, startedAt },
	(error) => {
		throw error;
	},
);
let seq = 0;
const began = performance.now();
setInterval(() => {
	const due = Math.floor(((performance.now() - began) / 1000) * Number(perSecond));
	while (seq < due) {
		seq += 1;
		const ts = new Date().toISOString();
		listener({ v: 1, ts, run: id, seq, type: 'message', level: 'info', text: `line ${seq} of a busy run` });
	}
}, 10);
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(`${id}\n`);
