import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Engine } from './engine.ts';
import { anyImage, createHelper, type HelperOwner, helperDestination } from './helper-container.ts';

export interface StreamedVolume {
	/** A tar archive of the volume's content, with owners and modes; times in whole seconds; paths begin with `./`. */
	readonly data: Readable;
	/** Resolves when the archive was read to its end and the helper is gone; rejects when it was cut short. */
	readonly complete: Promise<void>;
}

/**
 * Reads a volume through the engine: for volumes without a host path here. The helper container is never started, so any
 * image will do.
 *
 * @param preferred image ids: the stack's own
 */
export async function streamVolume(
	engine: Engine,
	owner: HelperOwner,
	volume: string,
	preferred: readonly string[],
	signal?: AbortSignal,
): Promise<StreamedVolume> {
	const call = signal === undefined ? {} : { signal };
	const image = await anyImage(engine, preferred, call);
	const id = await createHelper(engine, owner, [volume], image, ['never-started'], call);
	try {
		const data = await engine.archive(id, `${helperDestination}/.`, call);
		const complete = finished(data, { writable: false }).finally(() => engine.removeContainer(id));
		// Whoever awaits it hears of it; until then it must not end the process.
		complete.catch(() => {});
		return { data, complete };
	} catch (error) {
		await engine.removeContainer(id);
		throw error;
	}
}
