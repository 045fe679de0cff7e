import type { ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

/** What the file of a command exports. */
export interface CommandModule {
	readonly run: (context: CommandContext) => Promise<ExitCode>;
}

/** The file of each command, by its words. It is loaded only when the command runs. */
export const handlers: Readonly<Record<string, () => Promise<CommandModule>>> = {
	backup: () => import('./backup.ts'),
	recover: () => import('./recover.ts'),
	attach: () => import('./attach.ts'),
	logs: () => import('./logs.ts'),
	status: () => import('./status.ts'),
	health: () => import('./health.ts'),
	doctor: () => import('./doctor.ts'),
	'stacks list': () => import('./stacks.ts'),
	'stacks enable': () => import('./stacks.ts'),
	'stacks disable': () => import('./stacks.ts'),
	'stacks add': () => import('./stacks.ts'),
	'stacks remove': () => import('./stacks.ts'),
	'stacks down': () => import('./stacks-down.ts'),
	'stacks up': () => import('./stacks-down.ts'),
	coverage: () => import('./coverage.ts'),
	'snapshots list': () => import('./snapshots.ts'),
	'snapshots ls': () => import('./snapshots.ts'),
	'snapshots diff': () => import('./snapshots.ts'),
	'snapshots forget': () => import('./forget.ts'),
	'list-backups': () => import('./snapshots.ts'),
	check: () => import('./check.ts'),
	prune: () => import('./prune.ts'),
	'repository show': () => import('./repository.ts'),
	'repository accept': () => import('./repository.ts'),
	unlock: () => import('./unlock.ts'),
	sync: () => import('./sync.ts'),
	restore: () => import('./restore.ts'),
	'recovery-kit': () => import('./recovery-kit.ts'),
	'config generate': () => import('./config-generate.ts'),
	'config validate': () => import('./config-validate.ts'),
	'config show': () => import('./config-show.ts'),
	'config import': () => import('./config-import.ts'),
	validate: () => import('./config-validate.ts'),
	'generate-config': () => import('./generate-config.ts'),
	'schedule install': () => import('./schedule-install.ts'),
	'schedule remove': () => import('./schedule-remove.ts'),
	'schedule status': () => import('./schedule-status.ts'),
	'schedule print': () => import('./schedule-print.ts'),
	schema: () => import('./schema.ts'),
	completion: () => import('./completion.ts'),
	'completion-values': () => import('./completion-values.ts'),
	man: () => import('./man.ts'),
	version: () => import('./version.ts'),
	help: () => import('./help.ts'),
};
