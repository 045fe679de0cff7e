import { setTimeout as delay } from 'node:timers/promises';
import { BackupTuiError } from '../../errors.ts';
import { isAlive } from '../../process/proc.ts';
import { followRun } from '../../runs/follow.ts';
import { loadHistory, loadRun, loadRunIds } from '../../runs/read-runs.ts';
import { logFile, type RunInfo } from '../../runs/run-files.ts';
import type { RunsPort } from '../ports.ts';
import type { Program } from './program.ts';

/** How long a started program may take until its run is on disk, in ms. */
const startLimitMs = 15_000;

/** @returns the runs on disk; those that have ended are read once */
function createRunList(stateDir: string): (limit: number) => Promise<readonly RunInfo[]> {
	const ended = new Map<string, RunInfo>();
	return async (limit) => {
		const ids = (await loadRunIds(stateDir)).slice(0, limit);
		for (const id of ended.keys()) if (!ids.includes(id)) ended.delete(id);
		const runs = await Promise.all(
			ids.map(async (id) => {
				const run = ended.get(id) ?? (await loadRun(stateDir, id));
				if (run !== undefined && run.status !== 'running') ended.set(id, run);
				return run;
			}),
		);
		return runs.filter((run) => run !== undefined);
	};
}

/** What the program printed, without its decoration: the reason it did not start a run. */
function failure(output: string, code: number | null): BackupTuiError {
	const lines = output.split('\n').filter((line) => line.trim() !== '');
	const hint = lines.find((line) => /^\s*hint:/i.test(line))?.replace(/^\s*hint:\s*/i, '');
	const message = lines.find((line) => !/^\s*hint:/i.test(line)) ?? `it ended with exit code ${code}`;
	return new BackupTuiError('internal', message.trim(), hint === undefined ? {} : { hint });
}

export function createRunsPort(options: {
	readonly stateDir: string;
	readonly logDir: string;
	readonly program: Program;
	readonly ended: AbortSignal;
}): RunsPort {
	const { stateDir, logDir, program, ended } = options;
	const list = createRunList(stateDir);
	return {
		list,
		history: () => loadHistory(stateDir),
		follow: (id, onEvents, signal) => followRun(stateDir, id, onEvents, signal),
		logFile: async (id) => logFile(logDir, id),
		commandLine: program.commandLine,
		output: async (args, onLine) => {
			await program.output(args, onLine, ended);
		},
		start: async (args) => {
			const before = new Set(await loadRunIds(stateDir));
			const started = await program.start(args);
			let code: number | null | undefined;
			void started.ended.then((value) => {
				code = value;
			});
			const pid = started.pid ?? 0;
			const deadline = performance.now() + startLimitMs;
			while (performance.now() < deadline) {
				const fresh = (await loadRunIds(stateDir)).filter((id) => !before.has(id));
				const run = (await Promise.all(fresh.map((id) => loadRun(stateDir, id)))).find(
					(one) => one !== undefined && (one.pid === pid || one.trigger === 'ui'),
				);
				if (run !== undefined) return { pid: run.pid, run: run.id };
				if (code !== undefined) {
					const output = await started.output();
					if (code === 0) return { pid };
					throw failure(output, code);
				}
				await delay(100);
			}
			return { pid };
		},
		cancel: async (run) => {
			if (!isAlive(run)) {
				throw new BackupTuiError('internal', 'the run is not going on any more');
			}
			process.kill(run.pid, 'SIGINT');
		},
	};
}
