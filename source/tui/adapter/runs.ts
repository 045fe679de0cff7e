import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupTuiError, type ErrorCode, errorCodes } from '../../errors.ts';
import { isAlive } from '../../process/proc.ts';
import { followRun } from '../../runs/follow.ts';
import { loadHistory, loadRun, loadRunIds } from '../../runs/read-runs.ts';
import { logFile, type RunInfo } from '../../runs/run-files.ts';
import { readStartReport, type StartReport } from '../../runs/start-report.ts';
import type { RunsPort } from '../ports.ts';
import type { Program, StartedProgram } from './program.ts';

/** How long a started program may take until it reports its run, in ms. */
const startLimitMs = 60_000;

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

/** Why there is no run, as the program reported it. */
function refusal(report: Extract<StartReport, { type: 'refused' }>): BackupTuiError {
	const code = report.code in errorCodes ? (report.code as ErrorCode) : 'internal';
	return new BackupTuiError(code, report.message, report.hint === undefined ? {} : { hint: report.hint });
}

/** A program that ended without a report did not get as far as reading its arguments. */
async function brokenStart(started: StartedProgram, code: number | null): Promise<BackupTuiError> {
	const printed = (await started.output()).trim().split('\n').at(-1) ?? '';
	const how = code === null ? 'was killed by a signal' : `ended with exit code ${code}`;
	const message = `the program ${how} before it did anything${printed === '' ? '' : `: ${printed}`}`;
	return new BackupTuiError('internal', message);
}

/** @returns the run once it goes on; without one when the command ended well and needed none. Throws why it was refused. */
async function waitForStart(started: StartedProgram): Promise<{ pid: number; run?: string }> {
	let code: number | null | undefined;
	void started.ended.then((value) => {
		code = value;
	});
	const pid = started.pid ?? 0;
	const deadline = performance.now() + startLimitMs;
	while (performance.now() < deadline) {
		// In this order: a report written at the very end is still found.
		const ended = code;
		const report = await readStartReport(started.report);
		if (report?.type === 'started') return { pid: report.pid, run: report.run };
		if (report?.type === 'refused') throw refusal(report);
		if (ended === 0) return { pid };
		if (ended !== undefined) throw await brokenStart(started, ended);
		await delay(50);
	}
	throw new BackupTuiError('timed-out', `the program has not started a run within ${startLimitMs / 1000} s`, {
		hint: 'backup-tui logs',
	});
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
			const started = await program.start(args);
			try {
				return await waitForStart(started);
			} finally {
				await rm(started.report, { force: true });
			}
		},
		cancel: async (run) => {
			if (!isAlive(run)) {
				throw new BackupTuiError('internal', 'the run is not going on any more');
			}
			process.kill(run.pid, 'SIGINT');
		},
	};
}
