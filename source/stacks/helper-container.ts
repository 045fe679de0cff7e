import { randomBytes } from 'node:crypto';
import { BackupTuiError } from '../errors.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from '../process/proc.ts';
import { helperLabel, helperProcessLabel, helperRunLabel } from './container-labels.ts';
import type { CallOptions, Engine, ImageDetails } from './engine.ts';

/** Whom a helper container serves. */
export interface HelperOwner {
	/** Key of the stack. */
	readonly stack: string;
	/** Id of the run. */
	readonly run: string;
}

/** Where a helper has the volume; the first, of several. */
export const helperDestination = '/volume';

/** Ways to do nothing for ever, for images with a shell or without; `tail` and `sleep` are in all but the barest. */
const waiting: readonly (readonly string[])[] = [
	['tail', '-f', '/dev/null'],
	['sleep', '2147483647'],
];
/** Images that are known to hold such a program are tried first. */
const likely = /(busybox|alpine|debian|ubuntu)/;
/** Starting one takes 0.3 s: after so many images without such a program the volume is streamed. */
const mostImages = 6;

async function localImages(
	engine: Engine,
	preferred: readonly string[],
	call: CallOptions,
): Promise<readonly string[]> {
	const images = await engine.listImages(call);
	const isLikely = (image: ImageDetails) => image.tags.some((tag) => likely.test(tag));
	const others = images
		.toSorted((a, b) => Number(isLikely(b)) - Number(isLikely(a)))
		.map((image) => image.id);
	const present = new Set(others);
	return [...new Set([...others.slice(0, 1), ...preferred.filter((id) => present.has(id)), ...others])];
}

/** Labels every helper container carries: by them it is known as ours, and removed when its process is gone. */
export function helperLabels(owner: HelperOwner): Readonly<Record<string, string>> {
	return {
		[helperLabel]: owner.stack,
		[helperRunLabel]: owner.run,
		[helperProcessLabel]: JSON.stringify(ownIdentity()),
	};
}

/** Makes a helper that is not started: enough to read the volume as an archive, whatever the image. */
export async function createHelper(
	engine: Engine,
	owner: HelperOwner,
	volumes: readonly string[],
	image: string,
	command: readonly string[],
	call: CallOptions = {},
): Promise<string> {
	return await engine.createHelper(
		{
			name: `backup-tui-${randomBytes(6).toString('hex')}`,
			image,
			command,
			volumes: volumes.map((name, index) => ({
				name,
				destination: index === 0 ? helperDestination : `${helperDestination}-${index + 1}`,
			})),
			labels: helperLabels(owner),
		},
		call,
	);
}

/** @returns some image the engine has; a helper that is never started can be made from any. @throws plan-refused */
export async function anyImage(
	engine: Engine,
	preferred: readonly string[],
	call: CallOptions = {},
): Promise<string> {
	const [image] = await localImages(engine, preferred, call);
	if (image !== undefined) return image;
	throw new BackupTuiError('plan-refused', 'Docker has no image at all to make a helper container from', {
		hint: 'pull or load any image, e.g. `docker pull busybox`',
	});
}

/**
 * Starts a container that does nothing but keep a volume mounted.
 *
 * @param preferred ids of images to try early: the stack's own
 * @returns its id, or why none could be started
 */
export async function startHolder(
	engine: Engine,
	owner: HelperOwner,
	volume: string,
	preferred: readonly string[],
	call: CallOptions = {},
): Promise<{ readonly id: string } | { readonly reason: string }> {
	let reason = 'Docker has no image with a program that waits';
	for (const image of (await localImages(engine, preferred, call)).slice(0, mostImages)) {
		for (const command of waiting) {
			const id = await createHelper(engine, owner, [volume], image, command, call);
			try {
				await engine.startContainer(id, call);
				const [container] = await engine.inspectContainers([id], call);
				if (container?.status === 'running') return { id };
			} catch (error) {
				if (!(error instanceof BackupTuiError) || error.code !== 'internal') throw error;
				// A mount that fails will fail with every image; a program that is not there may be in the next one.
				if (/mount/i.test(error.message)) {
					await engine.removeContainer(id);
					return { reason: error.message };
				}
				reason = error.message;
			}
			await engine.removeContainer(id);
		}
	}
	return { reason };
}

/** A helper container of a live or dead run. */
export interface FoundHelper {
	readonly id: string;
	readonly stack: string;
	readonly run: string;
	/** The process that made it still lives. */
	readonly alive: boolean;
}

function isOwned(process: string | undefined): boolean {
	try {
		return isAlive(JSON.parse(process ?? '') as ProcessIdentity);
	} catch {
		return false;
	}
}

/** Helper containers that are there. */
export async function listHelpers(engine: Engine, call: CallOptions = {}): Promise<readonly FoundHelper[]> {
	const all = await engine.listContainers({ ...call, everything: true });
	return all.flatMap(({ id, helperOf, helperRun = '', helperProcess }) =>
		helperOf === undefined ? [] : [{ id, stack: helperOf, run: helperRun, alive: isOwned(helperProcess) }],
	);
}

/** Removes helper containers. @returns how many */
async function remove(engine: Engine, helpers: readonly FoundHelper[], call: CallOptions): Promise<number> {
	await Promise.all(helpers.map((helper) => engine.removeContainer(helper.id, call)));
	return helpers.length;
}

/** Removes the helper containers of one run. @returns how many */
export async function removeHelpers(engine: Engine, run: string, call: CallOptions = {}): Promise<number> {
	const helpers = await listHelpers(engine, call);
	return await remove(
		engine,
		helpers.filter((helper) => helper.run === run),
		call,
	);
}

/**
 * Removes the helper containers of processes that are gone. Not while the journal owes a stack: its helper may hold a volume
 * that lives in memory only. @returns how many
 */
export async function removeStrayHelpers(engine: Engine, call: CallOptions = {}): Promise<number> {
	const helpers = await listHelpers(engine, call);
	return await remove(
		engine,
		helpers.filter((helper) => !helper.alive),
		call,
	);
}
