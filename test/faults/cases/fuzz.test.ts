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
import { type Reader, readers } from '../fuzz/readers.ts';
import { takeSamples } from '../fuzz/samples.ts';
import { isWanted, suiteOptions } from '../suite/options.ts';
import { seeded } from '../suite/random.ts';
import { writeResult } from '../suite/results.ts';
import { Trial } from '../suite/trial.ts';

const isFull = suiteOptions.depth === 'full';
const inputs = isFull ? 120_000 : 4_000;
/** Longest time one input may take, ms, on a machine that does other things too. */
const longest = 2_000;

/** What a reader is given: a sample as it is, samples cut at every byte (or at some), then samples spoilt by chance. */
function* inputsFor(reader: Reader, count: number, random: () => number): Generator<string> {
	yield* reader.samples;
	for (const text of reader.samples.slice(0, 3)) {
		const step = isFull ? 1 : Math.max(1, text.length / 30);
		for (let at = 0; at < text.length; at += step) yield text.slice(0, Math.floor(at));
	}
	for (let number = 0; number < count; number += 1)
		yield mutate(reader.samples[Math.floor(random() * reader.samples.length)] ?? '', random);
}

/** @returns where it crashed and on what; undefined when it gave an answer in time */
async function crashOf(reader: Reader, text: string): Promise<readonly [string, string] | undefined> {
	const started = performance.now();
	try {
		await reader.read(text);
	} catch (error) {
		// An error of ours, with its words for people, is an answer; anything else is a crash.
		if (!(error instanceof BackupTuiError)) {
			const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
			const where = `${reader.name}: ${name} ${stack?.split('\n').slice(1, 3).join(' ')}`;
			return [where, `${message} | ${text.slice(0, 1000)}`];
		}
	}
	return performance.now() - started > longest ? [`${reader.name}: slow`, text.slice(0, 2000)] : undefined;
}

test.runIf(isWanted('fuzz'))(
	`${inputs} spoilt inputs: no crash, no hang`,
	async () => {
		const started = performance.now();
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
		const counts: Record<string, number> = {};
		for (const reader of all) {
			let count = 0;
			for (const text of inputsFor(reader, Math.ceil((inputs * reader.weight) / total), random)) {
				const crash = await crashOf(reader, text);
				if (crash !== undefined) crashes.set(...crash);
				count += 1;
			}
			counts[reader.name] = count;
		}
		const sum = Object.values(counts).reduce((all, one) => all + one, 0);
		if (suiteOptions.resultsDirectory !== undefined)
			await writeResult(suiteOptions.resultsDirectory, {
				part: 'fuzz',
				inputs: sum,
				readers: counts,
				crashes: crashes.size,
				ms: Math.round(performance.now() - started),
			});
		expect(Object.fromEntries([...crashes].slice(0, 12))).toEqual({});
		expect(sum).toBeGreaterThanOrEqual(inputs);
	},
	isFull ? 3_600_000 : 240_000,
);
