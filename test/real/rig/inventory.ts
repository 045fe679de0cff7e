import { docker, dockerLines } from './docker.ts';
import type { Host } from './host.ts';

/** What the engine says of one container, without anything that differs from one `up` to the next (ids, times). */
export interface ContainerView {
	readonly project: string;
	readonly service: string;
	readonly number: number;
	readonly name: string;
	/** running | paused | restarting | created | exited | dead */
	readonly status: string;
	readonly exitCode: number;
	readonly imageId: string;
	readonly configHash: string;
	/** `volume:NAME -> /path`, `bind:/source -> /path`, sorted. */
	readonly mounts: readonly string[];
}

interface Inspected {
	readonly Id: string;
	readonly Name: string;
	readonly Image: string;
	readonly State: { readonly Status: string; readonly ExitCode: number };
	readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
	readonly Mounts: readonly {
		readonly Type: string;
		readonly Name?: string;
		readonly Source: string;
		readonly Destination: string;
	}[];
}

const label = (container: Inspected, key: string) =>
	container.Config.Labels?.[`com.docker.compose.${key}`] ?? '';

async function inspect(host: Host, ids: readonly string[]): Promise<readonly Inspected[]> {
	if (ids.length === 0) return [];
	const { stdout } = await docker(host, ['inspect', '--type', 'container', ...ids], { anyCode: true });
	return JSON.parse(stdout) as Inspected[];
}

function view(container: Inspected): ContainerView {
	return {
		project: label(container, 'project'),
		service: label(container, 'service'),
		number: Number(label(container, 'container-number') || 0),
		name: container.Name.replace(/^\//, ''),
		status: container.State.Status,
		exitCode: container.State.ExitCode,
		imageId: container.Image,
		configHash: label(container, 'config-hash'),
		mounts: container.Mounts.map(
			(mount) => `${mount.Type}:${mount.Name ?? mount.Source} -> ${mount.Destination}`,
		).sort(),
	};
}

const byName = (a: ContainerView, b: ContainerView) => a.name.localeCompare(b.name);

/** All containers of one Compose project, in any state, as the engine itself reports them; sorted by name. */
export async function containersOf(host: Host, project: string): Promise<readonly ContainerView[]> {
	const ids = await dockerLines(host, [
		'ps',
		'-aq',
		'--no-trunc',
		'--filter',
		`label=com.docker.compose.project=${project}`,
	]);
	return (await inspect(host, ids)).map(view).sort(byName);
}

/**
 * Everything the engine holds for a host: containers (running set, image, scale, mounts) and volumes. Equal
 * before and after a run means that the stacks came back as they were.
 */
export async function inventory(host: Host): Promise<{
	readonly containers: readonly ContainerView[];
	readonly volumes: readonly string[];
}> {
	const all = await inspect(host, await dockerLines(host, ['ps', '-aq', '--no-trunc']));
	const mine = all.filter(
		(container) =>
			label(container, 'project').startsWith(host.name) ||
			label(container, 'project.working_dir').startsWith(`${host.directory}/`) ||
			container.Name.startsWith(`/${host.name}`),
	);
	const mounted = mine.flatMap((container) => container.Mounts.map((mount) => mount.Name ?? ''));
	const named = (await dockerLines(host, ['volume', 'ls', '-q'])).filter((name) =>
		name.startsWith(host.name),
	);
	return {
		containers: mine.map(view).sort(byName),
		volumes: [...new Set([...mounted, ...named])].filter((name) => name !== '').sort(),
	};
}
