import { BackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

/** Brings back the repository itself from a remote. */
export async function run(_context: CommandContext): Promise<ExitCode> {
	throw new BackupTuiError('usage', 'restoring the repository itself is not built yet', {
		hint: 'the data of a stack, straight from the remote: restore --stack NAME --from-remote --target DIR',
	});
}
