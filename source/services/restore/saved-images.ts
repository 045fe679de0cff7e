import { PassThrough, type Readable } from 'node:stream';
import { savedImagesPath } from '../backup/save-images.ts';
import type { Run } from '../conduct-run.ts';
import type { RestoreDeps } from './deps.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';

/** @returns how to read the images saved with a snapshot, or undefined when it has none */
export function savedImagesOf(
	run: Run,
	deps: Pick<RestoreDeps, 'source'>,
	opened: OpenedSnapshot,
): (() => Promise<Readable>) | undefined {
	const { images } = opened;
	if (images === undefined) return undefined;
	return async () => {
		const archive = new PassThrough();
		deps.source.dump(images, savedImagesPath, archive, { signal: run.signal }).then(
			() => void archive.end(),
			(error: unknown) => void archive.destroy(error as Error),
		);
		return archive;
	};
}
