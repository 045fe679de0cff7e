import { partTags } from '../../restic/tags.ts';
import { type Run, toProblem } from '../conduct-run.ts';
import { type Added, addedBytes } from './added-bytes.ts';
import type { PlanItem } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import type { StackBackupDeps } from './stack-copy.ts';

/** Where the images of a stack lie in a snapshot of their own. */
export const savedImagesPath = '/images.tar';
/** What stands for a volume's name in the tags of that snapshot. */
const imagesPart = 'backup-tui-images';

/**
 * Saves the images of what runs into a snapshot of their own, while the stack still runs: for a host without the registry
 * they came from. restic keeps what is the same in several stacks and backups once.
 *
 * @returns the references that were saved; none without SAVE_IMAGES. A failure is told and does not stop the backup of
 * the data: the manifest then names no saved images.
 */
export async function saveStackImages(
	run: Run,
	deps: StackBackupDeps,
	copy: Added & { readonly item: PlanItem; readonly prepared: PreparedStack },
	set: string,
): Promise<readonly string[]> {
	const { item, prepared } = copy;
	const { saveImages, hostname: host, compression } = deps.config.repository;
	if (!saveImages || prepared.images.length === 0 || deps.docker.images === undefined) return [];
	const stack = item.stack.name;
	try {
		const images = await deps.docker.images(prepared, run.signal);
		const result = await deps.restic.backupStream(
			{
				filename: savedImagesPath.slice(1),
				input: images.data,
				complete: images.complete,
				tags: partTags(stack, imagesPart, set),
				host,
				compression,
			},
			{ signal: run.signal, stack },
		);
		copy.addedBytes += addedBytes(result);
		return images.references;
	} catch (error) {
		run.signal.throwIfAborted();
		const problem = toProblem(error);
		run.session.emit({
			type: 'message',
			level: 'warn',
			stack,
			text: `its images are not saved: ${problem.message}`,
			...(problem.hint === undefined ? {} : { hint: problem.hint }),
		});
		return [];
	}
}
