// `npm run faults`: puts the forty faults to the program and writes the table to docs/reliability.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../real/rig/run.ts';
import { projectRoot, toolEnvironment, tools } from '../real/rig/tools.ts';
import type { Subject } from './suite/options.ts';
import { headline, reportPage, terminalLine } from './suite/report.ts';
import { type FaultResult, readResults, survived } from './suite/results.ts';

const faultCount = 40;

const { values } = parseArgs({
	options: {
		seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
		only: { type: 'string', default: '' },
		full: { type: 'boolean', default: false },
		/** Put the shell script through them instead, for the column of comparison. */
		baseline: { type: 'boolean', default: false },
		/** Leave docs/reliability.md alone. */
		'no-write': { type: 'boolean', default: false },
		workers: { type: 'string', default: '2' },
	},
});

const baselineFile = join(projectRoot, 'test/faults/baseline/results.json');
const page = join(projectRoot, 'docs/reliability.md');

async function putThrough(subject: Subject): Promise<readonly FaultResult[]> {
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
				FAULTS_FULL: values.full ? '1' : '0',
				FAULTS_SUBJECT: subject,
				FAULTS_RESULTS: directory,
			},
		},
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
	await once(child, 'exit');
	const results = await readResults(directory);
	await rm(directory, { recursive: true, force: true });
	return results;
}

async function version(file: string, args: readonly string[]): Promise<string> {
	const { stdout } = await run(file, args, { env: toolEnvironment() });
	return (stdout.split('\n')[0] ?? '').replace(/^v(?=\d)/, '').trim();
}

async function toolVersions(): Promise<readonly string[]> {
	const product = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
		version: string;
	};
	const restic = await version(tools.restic, ['version']);
	return [
		`backup-tui ${product.version}`,
		`Docker Engine ${await version(tools.docker, ['version', '--format', '{{.Server.Version}}'])}`,
		`Compose ${await version(tools.docker, ['compose', 'version', '--short'])}`,
		restic.replace(/ compiled.*/, ''),
		(await version(tools.rclone, ['version'])).replace('rclone v', 'rclone '),
		`Node ${process.version.slice(1)}`,
	];
}

/** The words name paths of the machine: the column needs only what was lost. */
function withoutWords({ problem, ...result }: FaultResult): FaultResult {
	return problem === undefined ? result : { ...result, problem: 'did not hold' };
}

/** Results of this run laid over those of the runs before: `--baseline --only 17` keeps the other thirty-nine. */
async function keepBaseline(results: readonly FaultResult[]): Promise<void> {
	const before = await readBaseline();
	const all = new Map([...before, ...results].map((result) => [result.number, result]));
	const sorted = [...all.values()].toSorted((a, b) => a.number - b.number);
	await writeFile(baselineFile, `${JSON.stringify(sorted.map(withoutWords), undefined, '  ')}\n`);
}

async function readBaseline(): Promise<readonly FaultResult[]> {
	const text = await readFile(baselineFile, 'utf8').catch(() => '[]');
	return JSON.parse(text) as FaultResult[];
}

console.log(`The forty faults, seed ${values.seed}${values.full ? ', every kill point' : ''}`);
const results = await putThrough(values.baseline ? 'script' : 'product');
console.log(`\n${results.map(terminalLine).join('\n')}`);
const kills = results.reduce((total, one) => total + one.kills, 0);
const of = values.only === '' ? faultCount : values.only.split(',').length;
console.log(`\n${headline(results, of)} (${kills} kills, seed ${values.seed})`);
if (values.baseline) await keepBaseline(results);
else if (!values['no-write'] && values.only === '') {
	const date = new Date().toISOString().slice(0, 10);
	const facts = {
		date,
		seed: Number(values.seed),
		full: values.full,
		tools: await toolVersions(),
		of: faultCount,
	};
	await mkdir(join(projectRoot, 'docs'), { recursive: true });
	await writeFile(page, reportPage(facts, results, await readBaseline()));
}
process.exitCode = values.baseline || (results.length === of && results.every(survived)) ? 0 : 1;
