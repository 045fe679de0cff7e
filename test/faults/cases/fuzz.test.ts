import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BackupTuiError } from '../../../source/errors.ts';
import { createProcessRunner } from '../../../source/process/run.ts';
import { connectEngine } from '../../../source/stacks/connect-engine.ts';
import { tools } from '../../real/rig/index.ts';
import { answeringEngine } from '../fuzz/answering-engine.ts';
import { mutate } from '../fuzz/mutate.ts';
import { readers } from '../fuzz/readers.ts';
import { takeSamples } from '../fuzz/samples.ts';
import { suiteOptions } from '../suite/options.ts';
import { seeded } from '../suite/random.ts';
import { Trial } from '../suite/trial.ts';

const inputs = suiteOptions.full ? 120_000 : 4_000;
/** Longest time one input may take, ms, on a machine that does other things too. */
const longest = 2_000;

const wanted = suiteOptions.only.length === 0 && suiteOptions.subject === 'product';

test.runIf(wanted)(
	`${inputs} spoilt inputs: no crash, no hang`,
	async () => {
		const directory = await mkdtemp(join(tmpdir(), 'bt-fuzz-'));
		onTestFinished(() => rm(directory, { recursive: true, force: true }));
		const engine = await answeringEngine(directory);
		const client = connectEngine({
			runner: createProcessRunner({ cookie: 'fuzz' }),
			dockerFile: tools.docker,
			env: { DOCKER_HOST: engine.address },
		});
		const samples = await takeSamples(await new Trial(0).scene());
		const all = readers(samples, directory, { answer: engine.answer, client });
		const random = seeded(suiteOptions.seed);
		const total = all.reduce((sum, reader) => sum + reader.weight, 0);
		const crashes = new Map<string, string>();
		let count = 0;
		for (const reader of all) {
			for (let number = 0; number < Math.ceil((inputs * reader.weight) / total); number += 1) {
				const sample = reader.samples[Math.floor(random() * reader.samples.length)] ?? '';
				const text = number === 0 ? sample : mutate(sample, random);
				const started = performance.now();
				try {
					await reader.read(text);
				} catch (error) {
					// An error of ours, with its words for people, is an answer; anything else is a crash.
					if (!(error instanceof BackupTuiError)) {
						const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
						const where = `${reader.name}: ${error instanceof Error ? error.name : ''} ${what.split('\n').slice(1, 3).join(' ')}`;
						crashes.set(where, `${error instanceof Error ? error.message : ''} | ${text.slice(0, 1000)}`);
					}
				}
				if (performance.now() - started > longest) crashes.set(`${reader.name}: slow`, text.slice(0, 2000));
				count += 1;
			}
		}
		expect(Object.fromEntries([...crashes].slice(0, 12))).toEqual({});
		expect(count).toBeGreaterThanOrEqual(inputs);
	},
	suiteOptions.full ? 3_600_000 : 240_000,
);
