import { resolve } from 'node:path';
import type { Config, RemoteConfig } from '../config/types.ts';
import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { EventListener } from '../runs/event-bus.ts';
import type { Problem } from '../runs/events.ts';
import { formatBytes, formatCount, formatDuration } from '../runs/units.ts';
import type { Run } from '../services/conduct-run.ts';
import { discoverConfigured } from '../services/discover-configured.ts';
import type { RepositoryRestoreOutcome } from '../wiring-restore-repository.ts';
import { ask } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { runAsRun } from './run-command.ts';

/** Stage 3: brings the repository itself back from a remote, verified. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const { args, flags, cwd, env, options } = context;
	const { config } = services;
	if (args[0] !== undefined) await refuseStack(context, config, args[0]);
	const remote = await whichRemote(context, config.remotes);
	if (args[0] === undefined && !(await agreedToFetch(context, remote, config.restore.directory)))
		return notFetched(context);
	const { runWiredRepositoryRestore } = await import('../wiring-restore-repository.ts');
	const ended: { outcome?: RepositoryRestoreOutcome } = {};
	const problems: Problem[] = [];
	const collect: EventListener = (event) => {
		if (event.type === 'run-end') problems.push(...event.problems);
	};
	const body = async (current: Run) => {
		ended.outcome = await runWiredRepositoryRestore({ config, env, dryRun: options.dryRun }, current, {
			remote,
			path: args[0],
			cwd,
			force: flags.boolean('force'),
			readDataPercent: flags.has('read-data') ? (flags.integer('read-data') ?? 100) : 0,
			configFile: options.configPath === undefined ? undefined : config.paths.configFile,
		});
		current.tally.ok += 1;
	};
	const code = await runAsRun(context, services, body, [collect], true);
	if (!options.json) print(context, ended.outcome, problems);
	return code;
}

/** `restore NAME` is the obvious guess after `backup NAME`: a word that is no path, or the directory of a stack, fetches nothing. */
async function refuseStack({ cwd, env }: CommandContext, config: Config, given: string): Promise<void> {
	const path = resolve(cwd, given);
	const isPath = given.includes('/') || given === '.' || given === '..';
	const known = await discoverConfigured(config, env).catch(() => undefined);
	const stack = known?.stacks.find(
		(one) => (!isPath && one.name === given) || one.directory === path || one.realDirectory === path,
	);
	if (isPath && stack === undefined) return;
	const name = stack?.name ?? given;
	const what = isPath ? `is the directory of the stack ${name}` : 'is not a path';
	throw new BackupTuiError('usage', `${given} ${what}: did you mean --stack ${name}?`, {
		hint: isPath
			? `restore the stack into a new folder: backup-tui restore --stack ${name} --target DIR`
			: `the repository into a folder of that name: backup-tui restore ./${given}`,
	});
}

/** Without PATH nothing was named: a missing word or an empty variable must not start a long download. */
function agreedToFetch(context: CommandContext, remote: RemoteConfig, directory: string): Promise<boolean> {
	return context.confirm({
		text: `Fetch the whole repository from ${remote.name} into a new folder in ${directory}?`,
	});
}

function notFetched({ output }: CommandContext): ExitCode {
	output.note('nothing was fetched');
	return exitCodes.ok;
}

/** The remote named by `--remote`, the only one, or the one a person chooses. */
async function whichRemote(context: CommandContext, remotes: readonly RemoteConfig[]): Promise<RemoteConfig> {
	const { chooseRemote } = await import('../wiring-restore.ts');
	const named = context.flags.string('remote');
	const usable = remotes.filter((remote) => remote.remote !== '');
	const { options, io } = context;
	if (named !== undefined || usable.length < 2 || !options.interactive || options.json) {
		return chooseRemote(remotes, named);
	}
	const list = usable.map((remote, at) => `  ${at + 1}  ${sanitizeLine(remote.name)}\n`).join('');
	const answer = await ask(`${list}From which remote? `, io);
	return chooseRemote(remotes, usable[Number(answer) - 1]?.name ?? (answer === '' ? undefined : answer));
}

function print(
	context: CommandContext,
	outcome: RepositoryRestoreOutcome | undefined,
	problems: readonly Problem[],
): void {
	const { line, style, marks } = context.output;
	for (const { message, hint } of problems) context.output.problem(message, hint);
	if (outcome === undefined) return;
	const { target, files, bytes, snapshots, verified, fetchedFiles, fetchedBytes, ms } = outcome;
	const size = `${formatCount(files, 'file')}, ${formatBytes(bytes)}, ${formatCount(snapshots, 'snapshot')}`;
	if (context.options.dryRun) {
		line(`${style('green', marks.ok)} ${size} would be in ${sanitizeLine(target)}; nothing was written`);
		return;
	}
	line(`${style('green', marks.ok)} ${sanitizeLine(target)}: ${size}`);
	line(
		`  ${formatCount(fetchedFiles, 'file')}, ${formatBytes(fetchedBytes)} fetched in ${formatDuration(ms)}; verified: ${verified}`,
	);
	for (const step of outcome.nextSteps) {
		line();
		line(`${sanitizeLine(step.text)}:`);
		line(`  ${style('bold', sanitizeLine(step.command))}`);
	}
}
