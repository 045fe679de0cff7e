import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatCount } from '../runs/units.ts';
import { describeLock } from '../services/unlock.ts';
import type { CommandContext } from './context.ts';
import { lookIntoRepository, workInRepository } from './repository-context.ts';
import { runAsRun } from './run-command.ts';

/** Removes locks of the repository that nobody holds any more, after a look at who holds them. Signals nobody. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const otherHosts = context.flags.boolean('all');
	const plan = await lookIntoRepository(context, (restic) =>
		restic.removeStaleLocks({ otherHosts, dryRun: true }),
	);
	if (!context.options.json) {
		const now = Date.now();
		for (const lock of plan.kept) context.output.note(sanitizeLine(`kept: ${describeLock(lock, now)}`));
		for (const lock of plan.removed) context.output.note(sanitizeLine(`stale: ${describeLock(lock, now)}`));
	}
	if (plan.removed.length === 0) {
		if (context.options.json) context.output.json(plan);
		else context.output.line(plan.kept.length === 0 ? 'The repository is not locked.' : 'No lock is stale.');
		return exitCodes.ok;
	}
	const foreign = plan.removed.find(({ holder }) => holder.kind === 'other-host');
	const go = await context.confirm({
		text: `Remove ${formatCount(plan.removed.length, 'stale lock')}?`,
		// Whether another host is at work only a person can know.
		...(foreign === undefined ? {} : { typeName: foreign.hostname }),
	});
	if (!go || context.options.dryRun) {
		if (context.options.json) context.output.json(plan);
		else context.output.line('Nothing was removed.');
		return exitCodes.ok;
	}
	return runAsRun(context, services, (current) =>
		workInRepository(context, current, async (restic) => {
			const { removed, kept } = await restic.removeStaleLocks({ otherHosts, signal: current.signal });
			current.tally.ok += removed.length;
			const left = kept.length === 0 ? '' : `, ${kept.length} left`;
			current.session.emit({
				type: 'message',
				level: 'info',
				text: `${formatCount(removed.length, 'stale lock')} removed${left}`,
			});
		}),
	);
}
