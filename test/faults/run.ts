// `npm run faults`: puts the faults to the program and writes the table to docs/reliability.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../real/rig/tools.ts';
import { faultNumbers } from './suite/catalogue.ts';
import type { Subject } from './suite/options.ts';
import { addRun, readRecord, withoutWords, writeRecord } from './suite/record.ts';
import { headline, reportPage, terminalLine } from './suite/report.ts';
import { type FaultResult, readResults, survived } from './suite/results.ts';
import { toolVersions } from './suite/tool-versions.ts';

const faultCount = new Set(faultNumbers()).size;

const { values } = parseArgs({
	options: {
		seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
		/** Numbers of faults, `fuzz`, `soak`, separated by commas. */
		only: { type: 'string', default: '' },
		full: { type: 'boolean', default: false },
		/** As in `npm test`: shorter loops. */
		short: { type: 'boolean', default: false },
		/** No further kill at a random time after so many minutes of a fault. */
		minutes: { type: 'string', default: '600' },
		/** Backups of the soak. */
		soak: { type: 'string', default: '500' },
		/** The soak begins no further backup after so many minutes. */
		'soak-minutes': { type: 'string', default: '720' },
		/** Put the shell script through them instead, for the column of comparison. */
		baseline: { type: 'boolean', default: false },
		/** Leave docs/reliability.md and what it is made from alone. */
		'no-write': { type: 'boolean', default: false },
		workers: { type: 'string', default: '3' },
	},
});

const baselineFile = join(projectRoot, 'test/faults/baseline/results.json');
const recordFile = join(projectRoot, 'test/faults/record.json');
const page = join(projectRoot, 'docs/reliability.md');

async function putThrough(subject: Subject) {
	const directory = await mkdtemp(join(tmpdir(), 'backup-tui-faults-'));
	const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
	const child = spawn(
		process.execPath,
		[vitest, 'run', '--project', 'faults', `--maxWorkers=${values.workers}`],
		{
			cwd: projectRoot,
			stdio: 'inherit',
			env: {
				...process.env,
				FAULTS_SEED: values.seed,
				FAULTS_ONLY: values.only,
				FAULTS_DEPTH: values.full ? 'full' : values.short ? 'short' : 'usual',
				FAULTS_MINUTES: values.minutes,
				FAULTS_SOAK: values.soak,
				FAULTS_SOAK_MINUTES: values['soak-minutes'],
				FAULTS_SUBJECT: subject,
				FAULTS_RESULTS: directory,
			},
		},
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
	const [code] = await once(child, 'exit');
	const results = await readResults(directory);
	await rm(directory, { recursive: true, force: true });
	return { ...results, ok: code === 0 };
}

/** Results of this run laid over those of the runs before: `--baseline --only 17` keeps the others. */
async function keepBaseline(results: readonly FaultResult[]): Promise<void> {
	const all = new Map([...(await readBaseline()), ...results].map((result) => [result.number, result]));
	const sorted = [...all.values()].toSorted((a, b) => a.number - b.number);
	await writeFile(baselineFile, `${JSON.stringify(sorted.map(withoutWords), undefined, '  ')}\n`);
}

async function readBaseline(): Promise<readonly FaultResult[]> {
	const text = await readFile(baselineFile, 'utf8').catch(() => '[]');
	return JSON.parse(text) as FaultResult[];
}

console.log(`${faultCount} faults, seed ${values.seed}${values.full ? ', every kill point' : ''}`);
const started = performance.now();
const results = await putThrough(values.baseline ? 'script' : 'product');
const { faults, parts, ok } = results;
console.log(`\n${faults.map(terminalLine).join('\n')}`);
for (const part of parts) console.log(JSON.stringify(part));
const kills = faults.reduce((total, one) => total + one.kills, 0);
const numbers = values.only.split(',').filter((one) => /^\d+$/.test(one));
const of = values.only === '' ? faultCount : numbers.length;
const seconds = Math.round((performance.now() - started) / 1000);
if (of > 0) console.log(`\n${headline(faults, of)} (${kills} kills, seed ${values.seed}, ${seconds} s)`);
if (values.baseline) {
	if (!values['no-write']) await keepBaseline(faults);
} else if (!values['no-write'] && !values.short) {
	const facts = {
		date: new Date().toISOString().slice(0, 10),
		seed: Number(values.seed),
		full: values.full,
		tools: await toolVersions(),
	};
	const record = addRun(await readRecord(recordFile), facts, results, faultCount);
	await writeRecord(recordFile, record);
	await writeFile(page, reportPage(record, await readBaseline()));
}
// A test can fail beside the faults: in its clean-up, or in the fuzzing.
const held = ok && faults.length === of && faults.every(survived);
if (!ok && faults.every(survived)) console.log('a test failed although all faults held: see above');
process.exitCode = values.baseline || held ? 0 : 1;
