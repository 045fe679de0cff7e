import { readFile } from 'node:fs/promises';
import {
	type CliOptions,
	type Host,
	type Outcome,
	processesOf,
	type RunningCli,
	startCli,
} from '../../real/rig/index.ts';
import { startScript } from '../baseline/start-script.ts';
import {
	earlierSnapshotsRestore,
	failureIsTold,
	filesAreUnchanged,
	nothingIsLeft,
	remoteIsUsable,
	stacksAreAsBefore,
} from './holds.ts';
import { type Depth, suiteOptions } from './options.ts';
import { seeded } from './random.ts';
import type { FaultResult, Letter, LoopResult } from './results.ts';
import { makeScene, type Scene, type SceneOptions } from './scene.ts';

export interface Told {
	/** The exact exit code; without it any but 0. */
	readonly code?: number;
	/** Words of the output: the stack, the step. */
	readonly words?: readonly (string | RegExp)[];
}

/** One fault put to one subject: makes scenes, runs the subject, notes what held. */
export class Trial {
	readonly subject = suiteOptions.subject;
	readonly depth = suiteOptions.depth;
	readonly random: () => number;
	readonly #started = performance.now();
	readonly #held = new Set<Letter>();
	readonly #lost = new Set<Letter>();
	readonly #secrets: string[] = [];
	readonly #loops: LoopResult[] = [];
	#problem: string | undefined;
	#kills = 0;
	#failures = 0;
	#changes = 0;

	constructor(number: number) {
		this.random = seeded(suiteOptions.seed * 1000 + number);
	}

	get isProduct(): boolean {
		return this.subject === 'product';
	}

	async scene(options: SceneOptions = {}): Promise<Scene> {
		return await makeScene(options, async (host) => {
			const outcome = await this.run({ host, copy: `${host.remoteDir}/backup/restic` }, ['backup']);
			if (outcome.code !== 0) throw new Error(`the first backup failed: ${outcome.stdout}${outcome.stderr}`);
		});
	}

	/** Starts a command of the product, or what the script has in its place. */
	start(scene: Pick<Scene, 'host' | 'copy'>, args: readonly string[], options: CliOptions = {}): RunningCli {
		const running = this.isProduct ? startCli(scene.host, args, options) : startScript(scene, args, options);
		const watch = setInterval(() => void this.#lookForSecrets(scene.host), 500);
		const end = () => clearInterval(watch);
		void running.done.then(end, end);
		return running;
	}

	async run(
		scene: Pick<Scene, 'host' | 'copy'>,
		args: readonly string[],
		options: CliOptions = {},
	): Promise<Outcome> {
		return await this.start(scene, args, options).done;
	}

	/** SIGKILL to the subject alone, or to everything it had started too, as a power cut would. */
	async kill(running: RunningCli, scene: Scene, what: 'program' | 'everything' = 'program'): Promise<void> {
		running.child.kill('SIGKILL');
		this.#kills += 1;
		if (what === 'everything')
			for (const { pid } of await processesOf(scene.host)) {
				try {
					process.kill(pid, 'SIGKILL');
				} catch {}
			}
		await running.done;
	}

	/** Kills at random times: `each` is called so often, or until the time of the suite is up. */
	async randomly(counts: Readonly<Record<Depth, number>>, each: () => Promise<void>): Promise<void> {
		const end = this.#started + suiteOptions.minutes * 60_000;
		for (let left = counts[this.depth]; left > 0 && performance.now() < end; left -= 1) await each();
	}

	noteKill(): void {
		this.#kills += 1;
	}

	noteFailure(): void {
		this.#failures += 1;
	}

	/** Somebody else has changed something. */
	noteChange(): void {
		this.#changes += 1;
	}

	/** A loop over all points of a command is done. */
	noteLoop(loop: LoopResult): void {
		this.#loops.push(loop);
	}

	/** What an interrupted run owes is brought up. The script has no such thing. */
	async recover(scene: Scene): Promise<Outcome> {
		return await this.run(scene, ['recover']);
	}

	/** Looks whether one of A-F holds. Of the product it must; of the script it is noted. */
	async holds(letter: Letter, check: () => Promise<void> | void): Promise<void> {
		try {
			await check();
			this.#held.add(letter);
		} catch (error) {
			this.#lost.add(letter);
			this.#problem ??= `${letter}: ${(error instanceof Error ? error.message : String(error)).slice(0, 2000)}`;
			if (this.isProduct) throw error;
		}
	}

	/** A-F after a fault that the subject came through, or after `recover`. `told`: the failure it ended with. */
	async everything(scene: Scene, outcome?: Outcome, told?: Told): Promise<void> {
		if (outcome !== undefined && told !== undefined) await this.told(outcome, told);
		await this.holds('A', () => stacksAreAsBefore(scene));
		await this.holds('B', () => earlierSnapshotsRestore(scene));
		if (scene.earlier.size > 0) await this.holds('C', () => remoteIsUsable(scene));
		await this.holds('E', () => nothingIsLeft(scene));
		await this.holds('E', () => {
			if (this.#secrets.length > 0) throw new Error(`the password was seen in ${this.#secrets.join(', ')}`);
		});
		await this.holds('F', () => filesAreUnchanged(scene));
	}

	/** D, for a run that failed: exit code and words. The script owes only the code. */
	async told(outcome: Outcome, told: Told = {}): Promise<void> {
		await this.holds('D', () =>
			this.isProduct ? failureIsTold(outcome, told.words ?? [], told.code) : failureIsTold(outcome, []),
		);
	}

	result(number: number, title: string, ms: number, error?: unknown): FaultResult {
		if (error !== undefined && this.#problem === undefined)
			this.#problem = error instanceof Error ? error.message.slice(0, 2000) : String(error);
		const problem = this.#problem;
		const held = [...this.#held].filter((letter) => !this.#lost.has(letter)).sort();
		return {
			number,
			title,
			subject: this.subject,
			held,
			lost: [...this.#lost].sort(),
			kills: this.#kills,
			failures: this.#failures,
			...(this.#changes === 0 ? {} : { changes: this.#changes }),
			...(this.#loops.length === 0 ? {} : { loops: this.#loops }),
			ms: Math.round(ms),
			...(problem === undefined ? {} : { problem }),
		};
	}

	async #lookForSecrets(host: Host): Promise<void> {
		for (const { pid, commandLine } of await processesOf(host)) {
			const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
			if ((commandLine + environment).includes(host.password)) this.#secrets.push(commandLine.slice(0, 80));
		}
	}
}
