import { join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import type { DetachedProcess } from '../../process/detach.ts';
import { quoteArgv } from '../../runs/describe.ts';
import { newRunId } from '../../runs/run-id.ts';
import { runIdVariable, startReportVariable } from '../../runs/start-report.ts';
import { detachedOutput } from './detached-output.ts';

/** How this very program is started again. */
export interface Program {
	/** Runs it detached, with `BACKUP_TUI_TRIGGER=ui` and a run id of our choice. */
	start(args: readonly string[]): Promise<StartedProgram>;
	/** Runs it to its end; its lines come as they are written. @returns its exit code, null for a signal */
	output(
		args: readonly string[],
		onLine: (line: string) => void,
		signal: AbortSignal,
	): Promise<number | null>;
	/** The same as words for a person to paste. */
	commandLine(args: readonly string[]): string;
}

export interface StartedProgram extends DetachedProcess {
	/** The id its run will have. */
	readonly run: string;
	/** The file it says so in, or why there will be no run; `readStartReport` reads it. */
	readonly report: string;
	/** What it printed, once it has ended. */
	readonly output: () => Promise<string>;
}

export interface ProgramOptions {
	/** How this program is started: the single executable, or Node and the script it runs. */
	readonly program: readonly [file: string, ...args: string[]];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** `--config PATH` as the UI found it. */
	readonly configFile: string;
	/** True when the person named the config: then the command shown names it too. */
	readonly configNamed: boolean;
	readonly runDir: string;
	readonly now: () => number;
}

/** Longest output of a failed start that is shown, in bytes. */
const shownOutput = 2000;

export function createProgram(options: ProgramOptions): Program {
	const { configFile, configNamed, runDir } = options;
	const [file, ...first] = options.program;
	const environment = (extra: Readonly<Record<string, string>>): Record<string, string> => {
		const { FORCE_COLOR: _color, ...rest } = options.env;
		const given = Object.entries(rest).filter((pair): pair is [string, string] => pair[1] !== undefined);
		return { ...Object.fromEntries(given), ...extra };
	};
	const argv = (args: readonly string[]) => [...first, ...args, '--config', configFile];
	return {
		start: async (args) => {
			const [{ startDetached }, { makePrivateDirectory }] = await Promise.all([
				import('../../process/detach.ts'),
				import('../../runs/files.ts'),
			]);
			makePrivateDirectory(runDir);
			const run = newRunId(new Date(options.now()));
			const name = `backup-tui-ui-${run}`;
			const outputFile = join(runDir, `${name}.out`);
			const report = join(runDir, `${name}.started`);
			const started = await startDetached({
				file,
				args: [...argv(args), '--yes', '--no-input'],
				env: environment({
					BACKUP_TUI_TRIGGER: 'ui',
					[runIdVariable]: run,
					[startReportVariable]: report,
					NO_COLOR: '1',
				}),
				outputFile,
				unit: name,
			});
			if (started.pid === undefined)
				throw new BackupTuiError('tool-missing', `cannot start ${file}`, { hint: 'reinstall it' });
			return { ...started, run, report, output: await detachedOutput(outputFile, started, shownOutput) };
		},
		output: async (args, onLine, signal) => {
			const { createProcessRunner } = await import('../../process/run.ts');
			const runner = createProcessRunner({ cookie: `ui-${process.pid}` });
			const { exitCode } = await runner.run({
				tool: 'user',
				file,
				args: [...argv(args), '--no-input'],
				env: environment({ NO_COLOR: '1', COLUMNS: '100' }),
				timeoutMs: 10 * 60_000,
				signal,
				readOnly: true,
				onStdoutLine: onLine,
				onStderrLine: onLine,
			});
			return exitCode;
		},
		commandLine: (args) =>
			quoteArgv(['backup-tui', ...args, ...(configNamed ? ['--config', configFile] : [])]),
	};
}
