import { backupArgs } from '../../restic/args.ts';
import type { Run } from '../conduct-run.ts';
import { wouldForget } from '../thin-out.ts';
import type { AfterDeps } from './after.ts';
import { backupRequest } from './copy.ts';
import type { PlanItem } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import type { StackBackupDeps } from './stack-copy.ts';

/** Prints what would be run for a stack, word for word; runs and writes nothing. */
export async function printDryRun(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	prepared: PreparedStack,
): Promise<void> {
	const { name } = item.stack;
	const print = (tool: string, argv: readonly string[]) =>
		run.session.emit({
			type: 'command',
			stack: name,
			tool,
			argv: [...argv],
			exitCode: null,
			ms: 0,
			dryRun: true,
		});
	const parent = await deps.parentOf(name).catch(() => undefined);
	const goesDown = prepared.runs && prepared.method !== 'none';
	if (goesDown) for (const argv of prepared.downCommands) print('docker', argv);
	const staging = `${deps.config.paths.runDir}/manifest/${name}`;
	const request = backupRequest(deps, item, prepared, run.session.id, staging, parent);
	print('restic', await deps.restic.commandLine(backupArgs(request)));
	for (const path of prepared.paths) {
		run.session.emit({ type: 'message', level: 'info', stack: name, text: `would copy ${path}` });
	}
	for (const text of prepared.uncaptured)
		run.session.emit({
			type: 'message',
			level: 'warn',
			stack: name,
			text: `would not be in the snapshot: ${text}`,
		});
	if (!goesDown) return;
	for (const argv of prepared.upCommands) print('docker', argv);
	if (prepared.upFromRecord)
		run.session.emit({
			...{ type: 'message', level: 'info', stack: name },
			text: '`up` gets the configuration and images of now on standard input: what is changed while the stack is down is not deployed',
		});
}

/** Names every snapshot that retention would remove after this backup. */
export async function printRetention(
	run: Run,
	deps: Pick<AfterDeps, 'forecast'>,
	stack: string,
): Promise<void> {
	const say = (level: 'info' | 'warn', text: string) =>
		run.session.emit({ type: 'message', level, stack, text });
	try {
		for (const snapshot of await deps.forecast(run, stack)) say('info', wouldForget(snapshot));
	} catch (error) {
		say(
			'warn',
			`what retention would forget is not known: ${error instanceof Error ? error.message : error}`,
		);
	}
}
