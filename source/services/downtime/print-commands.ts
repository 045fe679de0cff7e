import type { Run } from '../conduct-run.ts';

/** Says which docker commands would be run, word for word. */
export function printCommands(run: Run, stack: string, commands: readonly (readonly string[])[]): void {
	for (const argv of commands) {
		run.session.emit({
			type: 'command',
			stack,
			tool: 'docker',
			argv: [...argv],
			exitCode: null,
			ms: 0,
			dryRun: true,
		});
	}
}
