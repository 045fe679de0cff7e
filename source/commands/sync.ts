import { randomBytes } from 'node:crypto';
import { parseRate } from '../config/tool-forms.ts';
import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes, worstExitCode } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { EventListener } from '../runs/event-bus.ts';
import type { Problem } from '../runs/events.ts';
import { formatBytes, formatCount, formatDuration } from '../runs/units.ts';
import type { Run } from '../services/conduct-run.ts';
import { type RemoteTestResult, testRemote } from '../services/remote-test.ts';
import { parseDeleteLimit } from '../services/sync/max-delete.ts';
import { rememberMounts } from '../services/sync/require-disks.ts';
import { chooseRemotes } from '../services/sync/sync.ts';
import type { SyncResult } from '../services/sync/types.ts';
import { diskFacts, openRclone, runWiredSync } from '../wiring-sync.ts';
import type { CommandContext } from './context.ts';
import { runAsRun } from './run-command.ts';

/** Stage 2: mirror the repository to the remotes, or with `--test` only test those. */
export async function run(context: CommandContext): Promise<ExitCode> {
	if (context.flags.boolean('test')) return await testRemotes(context);
	const services = await context.services();
	const { flags, args, env, options } = context;
	const [maxDelete, bandwidth] = [flags.string('max-delete'), flags.string('bwlimit')];
	chooseRemotes(services.config.remotes, args);
	if (maxDelete !== undefined) parseDeleteLimit(maxDelete);
	if (bandwidth !== undefined) requireRate(bandwidth);
	let results: readonly SyncResult[] = [];
	const problems: Problem[] = [];
	const collect: EventListener = (event) => {
		if (event.type === 'run-end') problems.push(...event.problems);
	};
	const body = async (current: Run) => {
		results = await runWiredSync({ config: services.config, env, dryRun: options.dryRun }, current, {
			remotes: args,
			acceptForeign: flags.boolean('accept-foreign'),
			newPlace: flags.boolean('new-place'),
			...(maxDelete === undefined ? {} : { maxDelete }),
			...(bandwidth === undefined ? {} : { bandwidth }),
		});
	};
	const code = await runAsRun(context, services, body, [collect], true);
	if (options.json) return code;
	for (const result of results) printResult(context, result);
	// What ended the run outside of any remote, e.g. a state directory that cannot be written.
	if (results.length === 0) for (const { message, hint } of problems) context.output.problem(message, hint);
	return code;
}

/** Throws `usage` for what rclone would not take, before anything is done. */
function requireRate(text: string): void {
	const parsed = parseRate(text);
	if (!('problem' in parsed)) return;
	throw new BackupTuiError('usage', `--bwlimit ${parsed.problem}`, {
		...(parsed.hint === undefined ? {} : { hint: parsed.hint }),
	});
}

function printResult(context: CommandContext, result: SyncResult): void {
	const { line, style, marks } = context.output;
	const name = sanitizeLine(result.remote);
	if (!result.ok) {
		const message = sanitizeLine(result.problem?.message ?? 'failed');
		const named = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
		context.output.problem(`${name}  ${named}`, result.problem?.hint);
		return;
	}
	if (context.options.dryRun) {
		line(`${style('green', marks.ok)} ${name}  nothing was changed`);
		return;
	}
	const sent =
		result.transferredFiles === 0
			? 'nothing to send'
			: `${formatCount(result.transferredFiles, 'file')}, ${formatBytes(result.transferredBytes)} sent`;
	const taken =
		result.quarantinedFiles === 0 ? '' : `, ${formatCount(result.quarantinedFiles, 'file')} taken away`;
	line(
		`${style('green', marks.ok)} ${name}  ${sent}${taken}; compared by ${result.verified}; ${formatDuration(result.ms)}`,
	);
}

async function testRemotes(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const { env, options, output } = context;
	const results: RemoteTestResult[] = [];
	for (const remote of chooseRemotes(config.remotes, context.args)) {
		if (!options.json) output.line(output.style('bold', sanitizeLine(remote.name)));
		const result = await testRemote(
			{
				rclone: (one) => openRclone({ config, env, dryRun: options.dryRun }, one),
				environment: env,
				place: diskFacts(config),
				remember: (one, place, mounts) => {
					if (!options.dryRun) rememberMounts(config.paths.stateDir, one, place, mounts);
				},
				token: () => randomBytes(6).toString('hex'),
				dryRun: options.dryRun,
				onStep: (step) => {
					if (options.json) return;
					const { style, marks, line } = output;
					const mark = step.ok ? style('green', marks.ok) : style('red', marks.failed);
					line(`  ${mark} ${step.step.padEnd(9)}  ${sanitizeLine(step.detail)}`);
					output.hint(step.hint, 4);
				},
			},
			remote,
		);
		results.push(result);
	}
	if (options.json) output.json({ remotes: results });
	return worstExitCode(results.map((result) => (result.ok ? exitCodes.ok : (result.exitCode as ExitCode))));
}
