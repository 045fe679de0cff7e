import type { Readable } from 'node:stream';
import type { Inventory } from '../../stacks/inventory.ts';
import { isUp } from '../../stacks/state.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { ProjectPlace, RestoreDocker } from './ports.ts';

/** An image that a stack needs to run. */
export interface ImageNeed {
	readonly project: string;
	readonly services: readonly string[];
	/** As the compose file or the container names it. */
	readonly reference: string;
	/** What ran when the snapshot was made. */
	readonly id: string;
	/** `name@sha256:...` under which a registry has exactly that image. */
	readonly digests: readonly string[];
	readonly builds: boolean;
}

interface Services {
	readonly services?: Readonly<Record<string, { readonly image?: string; readonly build?: unknown }>>;
}

/** The images of what ran, each once. Services that shared an image share the need. */
export function imageNeeds(
	manifest: Pick<Manifest, 'images' | 'composeConfigs'>,
	inventory: Inventory,
): readonly ImageNeed[] {
	const needs = new Map<string, ImageNeed>();
	for (const container of inventory.containers.filter((one) => isUp(one) && !one.oneOff)) {
		const { project, service } = container;
		const config = manifest.composeConfigs.find((one) => one.project === project)?.config as
			| Services
			| undefined;
		const definition = config?.services?.[service];
		const reference = definition?.image ?? container.image;
		const recorded = manifest.images.find((image) => image.reference === reference);
		const before = needs.get(reference);
		needs.set(reference, {
			project,
			services: [...new Set([...(before?.services ?? []), service])],
			reference,
			id: recorded?.id ?? container.imageId,
			digests: recorded?.digests ?? [],
			builds: (before?.builds ?? false) || definition?.build !== undefined,
		});
	}
	return [...needs.values()];
}

export interface ImageSources {
	/** The archive of saved images in the snapshot, when it has one. */
	readonly saved?: () => Promise<Readable>;
	/** How to build, once the files of the stack are there. */
	readonly project?: (name: string) => ProjectPlace | undefined;
	readonly note: (text: string) => void;
	readonly signal: AbortSignal;
}

export interface MissingImage {
	readonly need: ImageNeed;
	readonly why: string;
}

type ImageDocker = Pick<RestoreDocker, 'image' | 'pull' | 'tag' | 'build' | 'load'>;

/** By its id when the engine has it under another name or none, then by digest, then by name. */
async function findOrPull(
	docker: ImageDocker,
	need: ImageNeed,
	sources: ImageSources,
): Promise<string | undefined> {
	if (need.id !== '' && (await docker.image(need.id)) !== undefined) {
		const tagged = await docker.tag(need.id, need.reference);
		if (tagged.ok) return undefined;
	}
	const reasons: string[] = [];
	for (const digest of need.digests) {
		const pulled = await docker.pull(digest, sources.signal);
		if (pulled.ok) {
			if (!need.reference.includes('@')) await docker.tag(digest, need.reference);
			return undefined;
		}
		reasons.push(pulled.reason);
	}
	// Built here: no registry has it.
	if (need.builds) return reasons[0] ?? 'not built yet';
	const pulled = await docker.pull(need.reference, sources.signal);
	if (!pulled.ok) return reasons[0] ?? pulled.reason;
	if (need.id !== '' && (await docker.image(need.reference))?.id !== need.id)
		sources.note(`${need.reference} was pulled by its name: it is not the very image that ran`);
	return undefined;
}

async function build(
	docker: ImageDocker,
	need: ImageNeed,
	sources: ImageSources,
): Promise<string | undefined> {
	const project = sources.project?.(need.project);
	if (project === undefined) return 'it has to be built from the restored files';
	const built = await docker.build(project, need.services, sources.signal);
	if (!built.ok) return `it could not be built: ${built.reason}`;
	sources.note(`${need.reference} was built anew from the restored files`);
	return undefined;
}

/**
 * Sees to it that every image is there: the one the engine has, from the snapshot, by recorded digest, by name, built.
 *
 * @returns those that could not be had, and why
 */
export async function provideImages(
	docker: ImageDocker,
	needs: readonly ImageNeed[],
	sources: ImageSources,
): Promise<readonly MissingImage[]> {
	const absent: ImageNeed[] = [];
	for (const need of needs) {
		const image = await docker.image(need.reference);
		if (image === undefined) absent.push(need);
		else if (need.id !== '' && image.id !== need.id)
			sources.note(`${need.reference} is another image now than when the snapshot was made`);
	}
	if (absent.length > 0 && sources.saved !== undefined) {
		const loaded = await docker.load(await sources.saved(), sources.signal);
		if (!loaded.ok) sources.note(`the images saved in the snapshot could not be loaded: ${loaded.reason}`);
	}
	const missing: MissingImage[] = [];
	for (const need of absent) {
		if ((await docker.image(need.reference)) !== undefined) continue;
		let why = await findOrPull(docker, need, sources);
		if (why !== undefined && need.builds) why = await build(docker, need, sources);
		if (why !== undefined) missing.push({ need, why });
	}
	return missing;
}
