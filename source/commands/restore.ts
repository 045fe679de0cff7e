import { BackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

/** Stage 3: the repository from a remote, or the data of a stack, or everything. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { flags, args } = context;
	const ofStacks = flags.has('stack') || flags.boolean('all');
	if (!ofStacks) {
		const misplaced = stackFlags.filter((name) => flags.has(name));
		if (misplaced.length > 0) {
			throw new BackupTuiError('usage', `--${misplaced[0]} needs a stack`, {
				hint: 'name it: --stack NAME; without it, restore brings back the repository from a remote',
			});
		}
		const repository = await import('./restore-repository.ts');
		return repository.run(context);
	}
	if (args.length > 0) {
		throw new BackupTuiError('usage', `what is ${args[0]}? With --stack or --all there is no PATH`, {
			hint: 'files into a directory: --target DIR',
		});
	}
	if (flags.has('stack') && flags.boolean('all')) {
		throw new BackupTuiError('usage', '--stack and --all exclude each other');
	}
	if (flags.boolean('force')) {
		throw new BackupTuiError('usage', '--force is for restoring the repository', {
			hint: 'over live data: --in-place, agreed to with --yes --confirm NAME',
		});
	}
	if (flags.boolean('all')) {
		const everything = await import('./restore-all.ts');
		return everything.run(context);
	}
	const stacks = await import('./restore-stack.ts');
	return stacks.run(context);
}

/** Flags that only mean something for the data of a stack. */
const stackFlags = [
	...['snapshot', 'volume', 'into', 'include', 'target', 'in-place', 'delete', 'as', 'publish'],
	...['stdout', 'from-remote', 'rollback', 'create-external', 'start'],
];
