import { BackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { formatCount, formatDuration } from '../runs/units.ts';
import type { CommandContext } from './context.ts';
import { collectEnds, printEnds, sourceOf } from './restore-stack.ts';
import { runAsRun } from './run-command.ts';

/** Flags that name a part of one stack or a place for it. */
const ofOneStack = [
	...['volume', 'into', 'include', 'target', 'in-place', 'delete', 'as', 'publish', 'stdout'],
	...['rollback', 'start'],
];

/** The day of disaster: every stack of the repository that is not on this host. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { flags, options, output } = context;
	const wrong = ofOneStack.find((name) => flags.has(name));
	if (wrong !== undefined) {
		throw new BackupTuiError('usage', `--${wrong} is for one stack, not for --all`, {
			hint: '--all brings back every stack that is not here, and overwrites nothing',
		});
	}
	const source = sourceOf(flags);
	const services = await context.services();
	const collected = collectEnds();
	const code = await runAsRun(
		context,
		services,
		(current) =>
			services.restoreAll(current, {
				...source,
				createExternal: flags.boolean('create-external'),
				approveOutside: async ({ stack, outside }) =>
					options.yes ||
					(options.interactive &&
						!options.json &&
						(await context.confirm({
							text: `Write to ${formatCount(outside.length, 'place')} outside of ${stack}?`,
						}))),
			}),
		[collected.listener],
		true,
	);
	if (options.json) return code;
	printEnds(context, collected.ends, collected.end());
	const end = collected.end();
	if (end === undefined) return code;
	const up = collected.ends.filter((one) => one.state === 'up').length;
	const parts = [
		`${formatCount(end.ok, 'stack')} ${options.dryRun ? 'would be restored' : 'restored'}`,
		`${up} running`,
		...(end.failed > 0 ? [`${end.failed} failed`] : []),
		...(end.skipped > 0 ? [`${end.skipped} here already`] : []),
		`${formatDuration(end.ms)} in all`,
	];
	output.line(`${parts.join(', ')}; exit code ${end.exitCode}`);
	if (!options.dryRun && collected.ends.length > 0)
		output.line(
			'which stacks are backed up: backup-tui stacks list; switch them on: backup-tui stacks enable NAME',
		);
	return code;
}
