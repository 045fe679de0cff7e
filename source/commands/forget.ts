import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { forgetIdsArgs } from '../restic/args.ts';
import { stackOfTags } from '../restic/tags.ts';
import { pickSnapshots } from '../restic/thin-out.ts';
import type { Snapshot } from '../restic/types.ts';
import { formatCount } from '../runs/units.ts';
import { assertMayDelete } from '../services/append-only.ts';
import { inPhase } from '../services/conduct-run.ts';
import { type PlannedForget, planForget, print, pruneInRun } from '../services/thin-out.ts';
import type { CommandContext } from './context.ts';
import { lookIntoRepository, workInRepository } from './repository-context.ts';
import { runAsRun } from './run-command.ts';
import { localMinute } from './snapshots-text.ts';

/** `snapshots forget`: removes snapshots by id, all or none. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const { output, flags } = context;
	assertMayDelete(services.config);
	const plan = await lookIntoRepository(context, (restic) =>
		planForget(restic, (all) => pickSnapshots(all, context.args)),
	);
	if (!context.options.json)
		for (const snapshot of plan.snapshots) output.note(sanitizeLine(describe(snapshot)));
	if (!(await confirmed(context, plan))) {
		output.note('nothing was forgotten');
		return exitCodes.ok;
	}
	const { config } = await context.loadConfig();
	return runAsRun(context, services, (current) =>
		workInRepository(context, current, async (restic) => {
			const ids = [...plan.snapshots, ...plan.parts].map(({ id }) => id);
			if (current.session.dryRun) {
				await print(current, { restic }, forgetIdsArgs(ids));
			} else {
				await inPhase(current.session, { phase: 'retention' }, () =>
					restic.forgetIds(ids, { signal: current.signal }),
				);
				current.session.emit({
					type: 'message',
					level: 'info',
					text: `${formatCount(ids.length, 'snapshot')} forgotten`,
				});
			}
			current.tally.ok += plan.snapshots.length;
			if (flags.boolean('prune'))
				await pruneInRun(current, { config, restic, heldBack: [], clock: () => Date.now() });
		}),
	);
}

/** The last snapshots of a stack are only forgotten by typing its name. */
async function confirmed(
	context: CommandContext,
	{ snapshots, parts, emptied }: PlannedForget,
): Promise<boolean> {
	const volumes = parts.length === 0 ? '' : ` and ${formatCount(parts.length, 'streamed volume')} of theirs`;
	const [stack] = emptied;
	const last = stack === undefined ? '' : ` ${emptied.join(', ')} will have none left.`;
	return context.confirm({
		text: `Forget ${formatCount(snapshots.length, 'snapshot')}${volumes}?${last}`,
		...(stack === undefined ? {} : { typeName: stack }),
	});
}

function describe(snapshot: Snapshot): string {
	return `${snapshot.shortId}  ${localMinute(snapshot.time)}  ${stackOfTags(snapshot.tags) ?? '-'}  ${snapshot.hostname}`;
}
