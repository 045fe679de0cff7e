import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningCli } from '../../real/rig/index.ts';
import type { Scene } from './scene.ts';

/** Events that are steps: progress, commands and messages come as they like. */
const steps = /^\{.*"type":"(?!progress|command|message)[a-z-]+"/;

/** @returns the steps of the newest run, from its event file: each is a point to be killed at */
export async function stepsOfLastRun(scene: Scene): Promise<readonly string[]> {
	const runs = join(scene.host.stateDir, 'runs');
	const newest = (await readdir(runs)).sort().at(-1) ?? '';
	return stepLines(await readFile(join(runs, newest, 'events.ndjson'), 'utf8'));
}

function stepLines(text: string): readonly string[] {
	return text
		.split('\n')
		.slice(0, -1)
		.filter((line) => steps.test(line))
		.map(nameOf);
}

function nameOf(line: string): string {
	const event = JSON.parse(line) as { type: string; phase?: string; stack?: string };
	return [event.type, event.phase].filter(Boolean).join(' ');
}

/** Resolves when the run (with `--json`) has come to its Nth step, counted from 1, or has ended. */
export async function reached(running: RunningCli, step: number): Promise<void> {
	while (running.child.exitCode === null && stepLines(running.output().stdout).length < step) await delay(3);
}

/** A pattern for the start or the end of a phase in `--json` output. */
export const phaseStart = (phase: string) => new RegExp(`"type":"phase-start",[^\\n]*"phase":"${phase}"`);
export const phaseEnd = (phase: string) => new RegExp(`"type":"phase-end",[^\\n]*"phase":"${phase}"`);
