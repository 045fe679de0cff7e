/**
 * The resolved configuration of a project, as far as it is read. The whole of it goes into the manifest.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
 */
export interface ComposeConfig {
	readonly name?: string;
	readonly services?: Readonly<Record<string, ComposeService>>;
	readonly volumes?: Readonly<Record<string, ComposeVolume | null>>;
	readonly networks?: Readonly<Record<string, ComposeNetwork | null>>;
	readonly configs?: Readonly<Record<string, ComposeFileObject | null>>;
	readonly secrets?: Readonly<Record<string, ComposeFileObject | null>>;
}

export interface ComposeService {
	readonly image?: string;
	readonly build?: unknown;
	readonly depends_on?: Readonly<
		Record<string, { readonly condition?: string; readonly required?: boolean }>
	>;
	readonly volumes?: readonly ComposeServiceVolume[];
	readonly tmpfs?: string | readonly string[];
	readonly networks?: Readonly<Record<string, ComposeAttachment | null>>;
	readonly network_mode?: string;
	readonly pid?: string;
	readonly ipc?: string;
	readonly volumes_from?: readonly string[];
	readonly label_file?: unknown;
	readonly env_file?: string | readonly (string | { readonly path?: string })[];
	readonly configs?: readonly { readonly source?: string; readonly target?: string }[];
	readonly secrets?: readonly { readonly source?: string; readonly target?: string }[];
	readonly scale?: number;
	readonly deploy?: ComposeDeploy;
	readonly container_name?: string;
	readonly links?: readonly string[];
	readonly external_links?: readonly string[];
	readonly restart?: string;
	/** Sizes are texts of bytes. */
	readonly mem_limit?: string | number;
	readonly memswap_limit?: string | number;
	readonly mem_reservation?: string | number;
	readonly cpus?: number | string;
	readonly cpu_shares?: number;
	readonly cpu_period?: number | string;
	readonly cpu_quota?: number | string;
	readonly cpu_rt_period?: number | string;
	readonly cpu_rt_runtime?: number | string;
	readonly cpuset?: string;
	readonly pids_limit?: number;
	readonly blkio_config?: { readonly weight?: number };
	readonly profiles?: readonly string[];
}

export interface ComposeDeploy {
	readonly replicas?: number;
	readonly resources?: {
		readonly limits?: {
			readonly cpus?: number | string;
			readonly memory?: string | number;
			readonly pids?: number;
		};
		readonly reservations?: { readonly memory?: string | number };
	};
	readonly restart_policy?: { readonly condition?: string; readonly max_attempts?: number };
}

/** A service's place in a network. */
export interface ComposeAttachment {
	readonly aliases?: readonly string[] | null;
	readonly ipv4_address?: string;
	readonly ipv6_address?: string;
}

export interface ComposeServiceVolume {
	/** volume | bind | tmpfs | npipe | cluster | image */
	readonly type?: string;
	readonly source?: string;
	readonly target?: string;
	readonly read_only?: boolean;
}

export interface ComposeVolume {
	readonly name?: string;
	readonly external?: boolean;
	readonly driver?: string;
	readonly driver_opts?: Readonly<Record<string, string>>;
}

export interface ComposeNetwork {
	readonly name?: string;
	readonly external?: boolean;
	readonly driver?: string;
	readonly driver_opts?: Readonly<Record<string, string | number>> | null;
	readonly internal?: boolean;
	readonly attachable?: boolean;
	readonly enable_ipv6?: boolean;
	readonly ipam?: { readonly config?: readonly { readonly subnet?: string }[] | null } | null;
}

/** A config or secret: from a file, an environment variable, or inline. */
export interface ComposeFileObject {
	readonly name?: string;
	readonly file?: string;
	/** The variable whose value it is. */
	readonly environment?: string;
	readonly content?: string;
	readonly external?: boolean;
}

/** Replicas as the compose file has them. */
export function configuredReplicas(config: ComposeConfig): Readonly<Record<string, number>> {
	return Object.fromEntries(
		Object.entries(config.services ?? {}).map(([name, service]) => [
			name,
			service.scale ?? service.deploy?.replicas ?? 1,
		]),
	);
}

/** Paths in the containers of a service at which its configs and secrets are: Compose writes those without a file itself. */
export function fileObjectTargets(config: ComposeConfig, service: string): readonly string[] {
	const { configs = [], secrets = [] } = config.services?.[service] ?? {};
	const at = (folder: string, { source = '', target = source }: { source?: string; target?: string }) =>
		target.startsWith('/') ? target : `${folder}/${target}`;
	return [...configs.map((one) => at('', one)), ...secrets.map((one) => at('/run/secrets', one))];
}

/** The services these depend on, directly or not, themselves included. Only those that `up` would insist on. */
export function withDependencies(config: ComposeConfig, services: readonly string[]): ReadonlySet<string> {
	const all = new Set<string>();
	const add = (name: string) => {
		if (all.has(name)) return;
		all.add(name);
		const dependencies = Object.entries(config.services?.[name]?.depends_on ?? {});
		for (const [dependency, { required }] of dependencies) if (required !== false) add(dependency);
	};
	for (const service of services) add(service);
	return all;
}

/** Containers that services share with, as the engine knows them. */
export interface SharedContainers {
	/** The container of a service whose namespaces another one shares. */
	readonly namespaceOf: (service: string, shared: string) => string | undefined;
	/** The container of a service whose volumes others take: the first of its replicas. */
	readonly volumesOf: (shared: string) => string | undefined;
}

/** `volumes_from` as Compose 2.40 resolves it: the mode is dropped, a service becomes the id of its first container. */
function volumesFrom(entry: string, shared: SharedContainers): string {
	const [first = '', second = ''] = entry.split(':');
	return first === 'container' ? second : (shared.volumesOf(first) ?? entry);
}

/**
 * The configuration as Compose hashes it when it makes containers: `network_mode`, `pid` and `ipc` of `service:NAME`
 * are then already `container:ID`, and `volumes_from` has ids.
 */
export function withSharedContainers(config: ComposeConfig, shared: SharedContainers): ComposeConfig {
	const resolve = (service: string, mode: string | undefined) => {
		if (mode === undefined || !mode.startsWith('service:')) return mode;
		const id = shared.namespaceOf(service, mode.slice('service:'.length));
		return id === undefined ? mode : `container:${id}`;
	};
	const stubs = new Set<string>();
	const services = Object.entries(config.services ?? {}).map(([name, service]) => {
		const modes: Record<string, string | undefined> = {};
		for (const key of ['network_mode', 'pid', 'ipc'] as const) {
			if (service[key] !== undefined) modes[key] = resolve(name, service[key]);
		}
		if (service.volumes_from === undefined) return [name, { ...service, ...modes }];
		const from = service.volumes_from.map((entry) => volumesFrom(entry, shared));
		for (const id of from) stubs.add(id.split(':')[0] ?? '');
		return [name, { ...service, ...modes, volumes_from: from }];
	});
	// Compose reads an id there as the name of a service: one of that name makes the configuration valid.
	const stub = [...stubs].map((id) => [id, { image: 'none' }] as const);
	return { ...config, services: { ...Object.fromEntries(stub), ...Object.fromEntries(services) } };
}
