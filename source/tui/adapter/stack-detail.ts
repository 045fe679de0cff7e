import type { Config } from '../../config/types.ts';
import type { Stack } from '../../stacks/types.ts';
import type { StackDetail } from '../ports.ts';

/** @returns what is known of a stack besides its state: files, settings */
export async function stackDetail(config: Config, stack: Stack, _signal: AbortSignal): Promise<StackDetail> {
	const settings = config.stack(stack.name);
	return {
		composeFiles: stack.composeFiles.map((file) =>
			file.startsWith(`${stack.directory}/`) ? file.slice(stack.directory.length + 1) : file,
		),
		project: stack.project,
		method: settings.method,
		excludes: settings.exclude,
		warnings: [],
	};
}
