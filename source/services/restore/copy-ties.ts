type Fields = Readonly<Record<string, unknown>>;
type Note = (text: string) => void;

/** The names by which containers of the stack itself are known, with the service each belongs to. */
export function ownContainers(
	services: Readonly<Record<string, Fields>>,
	project: string,
): ReadonlyMap<string, string> {
	return new Map(
		Object.entries(services).flatMap(([service, { container_name: fixed }]) => [
			...[`${project}-${service}-1`, `${project}_${service}_1`].map((name) => [name, service] as const),
			...(typeof fixed === 'string' ? [[fixed, service] as const] : []),
		]),
	);
}

/** `container:NAME` as a service of the copy, where the container is one of the stack; undefined for a live one of others. */
function asService(mode: string, own: ReadonlyMap<string, string>): string | undefined {
	return own.get(mode.slice('container:'.length));
}

/** Namespaces that a service can share with a container, and what it gets instead. */
const namespaces: Readonly<Record<string, string>> = {
	network_mode: 'in a network of its own',
	ipc: 'with memory of its own',
	pid: 'with processes of its own',
};

/** Volumes of another container are its live data, and writable. */
function untieVolumes(
	service: string,
	from: readonly unknown[],
	own: ReadonlyMap<string, string>,
	note: Note,
): readonly unknown[] {
	return from.flatMap((one) => {
		if (typeof one !== 'string' || !one.startsWith('container:')) return [one];
		const found = /^(container:[^:]*)(:.*)?$/.exec(one);
		const mine = found?.[1] === undefined ? undefined : asService(found[1], own);
		if (mine !== undefined) return [`${mine}${found?.[2] ?? ''}`];
		note(`${service}: without the volumes of ${one}, which are live data`);
		return [];
	});
}

/**
 * Cuts what ties a service of a copy to containers that run: namespaces and volumes of containers that are not its own. A
 * container of the stack itself becomes the service it is of.
 *
 * @param own see `ownContainers`
 */
export function untie(service: string, fields: Fields, own: ReadonlyMap<string, string>, note: Note): Fields {
	const untied: Record<string, unknown> = { ...fields };
	for (const [key, instead] of Object.entries(namespaces)) {
		const mode = fields[key];
		if (typeof mode !== 'string' || !mode.startsWith('container:')) continue;
		const mine = asService(mode, own);
		if (mine !== undefined) untied[key] = `service:${mine}`;
		else {
			delete untied[key];
			note(`${service}: ${instead} instead of that of ${mode}`);
		}
	}
	if (Array.isArray(fields.volumes_from)) {
		const from = untieVolumes(service, fields.volumes_from, own, note);
		if (from.length > 0) untied.volumes_from = from;
		else delete untied.volumes_from;
	}
	if (Array.isArray(fields.external_links)) {
		delete untied.external_links;
		note(`${service}: without its links to other containers: ${fields.external_links.join(', ')}`);
	}
	return untied;
}
