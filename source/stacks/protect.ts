import { BackupTuiError } from '../errors.ts';
import type { CallOptions, Engine } from './engine.ts';
import { createHelper, type HelperOwner } from './helper-container.ts';
import { type Inventory, upContainers } from './inventory.ts';

/** Volumes and images that nothing can remove. */
export interface Protection {
	/** Call it once the stack is up again. */
	release(): Promise<void>;
}

/** Found in all but the barest images. Where it is not there the container is only made: that keeps off all but `system prune`. */
const waiting = ['tail', '-f', '/dev/null'];

/**
 * Keeps volumes and images of a stack from being removed while it is down: without containers they count as unused, and a
 * nightly `docker volume prune`, `system prune` or `image prune -a` takes them. A helper container of each image refers
 * to them; one is started where possible, since `system prune` first removes what does not run.
 *
 * @param left out are volumes that are held in another way
 */
export async function protectStack(
	engine: Engine,
	owner: HelperOwner,
	inventory: Inventory,
	heldAlready: ReadonlySet<string>,
	call: CallOptions = {},
): Promise<Protection> {
	const up = upContainers(inventory);
	const all = new Set(up.flatMap((one) => [...one.volumes, ...one.anonymousVolumes]));
	const volumes = [...all].filter((name) => !heldAlready.has(name)).sort();
	const images = [...new Set(up.map((container) => container.imageId))];
	const ids: string[] = [];
	const release = async () => {
		await Promise.all(ids.map((id) => engine.removeContainer(id)));
	};
	try {
		await Promise.all(
			images.map(async (image, index) => {
				const id = await createHelper(engine, owner, index === 0 ? volumes : [], image, waiting, call);
				ids.push(id);
				if (index === 0 && volumes.length > 0) await start(engine, id, call);
			}),
		);
	} catch (error) {
		await release();
		throw error;
	}
	return { release };
}

async function start(engine: Engine, id: string, call: CallOptions): Promise<void> {
	try {
		await engine.startContainer(id, call);
	} catch (error) {
		if (!(error instanceof BackupTuiError) || error.code !== 'internal') throw error;
	}
}
