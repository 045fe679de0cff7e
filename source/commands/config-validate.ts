import { chmodSync, existsSync, lstatSync, statSync } from 'node:fs';
import { type ExaminedFile, examineConfigFile } from '../config/load.ts';
import type { ConfigProblem } from '../config/loaded.ts';
import { formatProblem } from '../config/problem.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { repositoryPlaceProblem } from '../services/repository-place.ts';
import { placeOf, placeProblem } from '../services/sync/place.ts';
import type { CommandContext } from './context.ts';

/** Checks the configuration and reports everything that is wrong with it; with `--fix`, corrects modes first. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { args, env, cwd, flags, options, output } = context;
	const examine = () => examineConfigFile({ configPath: args[0] ?? options.configPath, env, cwd });
	let examined = examine();
	if (flags.boolean('fix')) {
		for (const path of readablePaths(examined)) {
			if (!options.dryRun) closeToOthers(path);
			output.note(`${options.dryRun ? 'would set' : 'set'} mode 600 on ${path}`);
		}
		examined = examine();
	}
	const problems = [
		...examined.problems,
		...absentProblems(examined),
		...repositoryProblems(examined, env),
		...remoteProblems(examined, env),
	];
	const errors = problems.filter((problem) => problem.severity === 'error').length;
	const { file } = examined;
	if (options.json) output.json({ file, ok: errors === 0, problems });
	else {
		for (const problem of problems) printProblem(context, problem);
		const { ok, failed } = output.marks;
		const warnings = problems.length - errors;
		if (errors > 0)
			output.line(
				`${output.style('red', failed)} ${file}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`,
			);
		else
			output.line(
				`${output.style('green', ok)} ${file}: valid${warnings === 0 ? '' : `, ${count(warnings, 'warning')}`}`,
			);
	}
	return errors > 0 ? exitCodes.config : exitCodes.ok;
}

function printProblem({ output }: CommandContext, problem: ConfigProblem): void {
	const error = problem.severity === 'error';
	output.line(`${output.style(error ? 'red' : 'yellow', problem.severity)}: ${formatProblem(problem)}`);
	output.hint(problem.hint);
}

function readablePaths(examined: ExaminedFile): readonly string[] {
	return examined.problems.flatMap((problem) => problem.readable ?? []);
}

function closeToOthers(path: string): void {
	const stats = lstatSync(path);
	if (stats.isFile()) chmodSync(path, stats.mode & 0o700);
}

// Worth a word in a check, but no reason to refuse a command that does not need it.
function absentProblems({ config }: ExaminedFile): readonly ConfigProblem[] {
	const found: ConfigProblem[] = [];
	const { stacksDir } = config.docker;
	if (stacksDir !== '' && !isDirectory(stacksDir)) {
		found.push({
			severity: 'warning',
			section: 'docker',
			key: 'DOCKER_STACKS_DIR',
			message: `there is no directory ${stacksDir}`,
		});
	}
	if (config.repository.password.kind === 'none') {
		found.push({
			severity: 'warning',
			section: 'local_backup',
			message: 'no password is set for the repository',
			hint: 'set RESTIC_PASSWORD_FILE, RESTIC_PASSWORD_COMMAND or RESTIC_PASSWORD',
		});
	}
	const { password } = config.repository;
	if (password.kind === 'file' && existsSync(password.path) && statSync(password.path).size === 0) {
		found.push({ severity: 'error', key: 'RESTIC_PASSWORD_FILE', message: `${password.path} is empty` });
	}
	return found;
}

/** A repository behind rclone that a backup would refuse, from what is known without asking rclone. */
function repositoryProblems({ config }: ExaminedFile, env: CommandContext['env']): readonly ConfigProblem[] {
	const problem = repositoryPlaceProblem(config.repository, env);
	if (problem === undefined) return [];
	const { message, hint } = problem;
	return [{ severity: 'error', section: 'local_backup', key: 'RESTIC_REPOSITORY', message, hint }];
}

/** Remotes that a sync would refuse, from what is known without asking rclone. */
function remoteProblems({ config }: ExaminedFile, env: CommandContext['env']): readonly ConfigProblem[] {
	return config.remotes
		.filter(({ command, remote }) => command.length === 0 && remote !== '')
		.flatMap((remote) => {
			const problem = placeProblem(placeOf(remote, env), remote, env);
			if (problem === undefined) return [];
			const section = remote.name === 'default' ? 'cloud_sync' : `cloud_sync:${remote.name}`;
			const { message, hint } = problem;
			return [{ severity: 'error' as const, section, key: 'RCLONE_REMOTE', message, hint }];
		});
}

function isDirectory(path: string): boolean {
	return existsSync(path) && statSync(path).isDirectory();
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
