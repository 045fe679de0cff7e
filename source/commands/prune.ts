import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatCount } from '../runs/units.ts';
import { assertMayDelete } from '../services/append-only.ts';
import { createHeldBackList } from '../services/backup/shrink.ts';
import { type PlannedRetention, planRetention, pruneInRun, retainAll } from '../services/thin-out.ts';
import type { CommandContext } from './context.ts';
import { lookIntoRepository, workInRepository } from './repository-context.ts';
import { runAsRun } from './run-command.ts';

/** Applies retention to all stacks, then frees space. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const { config } = services;
	assertMayDelete(config);
	const retention = !context.flags.boolean('no-retention');
	const heldBack = createHeldBackList(config.paths.stateDir)
		.all()
		.map(({ stack }) => stack);
	const clock = () => Date.now();
	const plan = retention
		? await lookIntoRepository(context, (restic) => planRetention({ config, restic, heldBack, clock }))
		: [];
	if (!(await confirmed(context, plan))) {
		context.output.note('nothing was changed');
		return exitCodes.ok;
	}
	return runAsRun(context, services, (current) =>
		workInRepository(context, current, async (restic) => {
			const deps = { config, restic, heldBack, clock, signal: current.signal };
			if (retention) await retainAll(current, deps);
			if (!current.signal.aborted) await pruneInRun(current, deps);
		}),
	);
}

async function confirmed(context: CommandContext, plan: readonly PlannedRetention[]): Promise<boolean> {
	for (const { stack, heldBack } of plan)
		if (heldBack !== undefined)
			context.output.warn(sanitizeLine(`${stack}: nothing is forgotten: ${heldBack}`));
	const touched = plan.filter(({ removed }) => removed.length > 0);
	const count = touched.reduce((sum, { removed }) => sum + removed.length, 0);
	const what =
		count === 0
			? 'Free what no snapshot needs?'
			: `Forget ${formatCount(count, 'snapshot')} of ${touched.map(({ stack }) => stack).join(', ')} and free their space?`;
	return context.confirm({ text: what });
}
