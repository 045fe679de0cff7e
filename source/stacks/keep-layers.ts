import { BackupTuiError } from '../errors.ts';
import type { DockerAccess } from './docker-access.ts';
import type { CallOptions } from './engine.ts';
import type { ObservedStack } from './inventory.ts';
import { describeFiles } from './layer-losses.ts';
import { readLayers, type WritableLayer } from './read-layers.ts';
import { type ResolvedProject, resolveProject } from './resolve-project.ts';

/** Whether `up` would make a container of these files anew: its configuration or its image has changed. */
async function isMadeAnew(
	access: DockerAccess,
	{ inventory }: ObservedStack,
	layer: WritableLayer,
	resolved: readonly ResolvedProject[],
	call: CallOptions,
): Promise<boolean> {
	const container = inventory.containers.find(({ id }) => id === layer.id);
	const project = resolved.find((one) => one.project === container?.project);
	const service = project?.config.services?.[layer.service];
	if (container === undefined || service === undefined) return false;
	if (project?.hashes[layer.service] !== container.configHash) return true;
	const image = await access.engine.inspectImage(service.image ?? container.image, call);
	return image !== undefined && image.id !== container.imageId;
}

/**
 * Refuses an `up` that would delete what a container keeps outside its volumes: nobody has asked for that.
 *
 * @throws plan-refused
 */
export async function assertLayersKept(
	access: DockerAccess,
	observed: ObservedStack,
	call: CallOptions = {},
): Promise<void> {
	const layers = (await readLayers(access, observed.containers, call)).filter(({ data }) => data.length > 0);
	if (layers.length === 0) return;
	const { projects, containers } = observed.inventory;
	const resolved = await Promise.all(
		projects.map((project) => {
			const own = containers.filter((one) => one.project === project.project);
			return resolveProject(access, project, own, call.signal);
		}),
	);
	for (const layer of layers) {
		if (!(await isMadeAnew(access, observed, layer, resolved, call))) continue;
		const { container, data, service } = layer;
		throw new BackupTuiError(
			'plan-refused',
			`the configuration of ${service} has changed: \`up\` would make ${container} anew, and delete ${describeFiles(data)}`,
			{ hint: `copy it out: docker cp ${container}:${data[0]?.path} .; then: docker compose up -d` },
		);
	}
}
