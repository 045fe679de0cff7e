import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { StandingDebt } from '../runs/standing-debts.ts';
import { describeStanding } from '../services/downtime/describe-standing.ts';
import type { CommandContext } from './context.ts';
import { runAsRun } from './run-command.ts';

/** Brings up every stack that an interrupted run left down. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const owed = services.owed();
	const damaged = services.damagedJournal();
	const inHand = services.standingDebts().filter(({ owner }) => owner !== 'gone');
	if (context.options.dryRun || owed.length + damaged.length === 0) {
		const { output, options } = context;
		if (options.json) output.json({ owed, inHand, damaged });
		else {
			for (const one of inHand) output.line(sanitizeLine(describeStanding(one)));
			for (const path of damaged)
				output.warn(`the journal file ${path} cannot be read or is not ours: a stack may still be down`);
			if (owed.length + damaged.length + inHand.length === 0) output.line('No stack is owed an "up".');
			for (const one of owed) output.line(`would bring up ${one.name} (run ${one.run})`);
		}
		return inHand.some(isLeftDown) ? exitCodes.stackDown : exitCodes.ok;
	}
	return runAsRun(context, services, async (current) => {
		const lock = await current.lock('stacks', 'exclusive');
		try {
			current.tally.ok += await services.recover(current);
		} finally {
			lock.release();
		}
	});
}

/** Nobody brings it up: its run does nothing any more, but lives. */
function isLeftDown({ owner, wasUp }: StandingDebt): boolean {
	return owner === 'frozen' && wasUp;
}
