import type { Manifest, ManifestMount } from '../backup/manifest.ts';
import type { RestoreDocker } from './ports.ts';

/** Something a stack uses and does not make itself. */
export interface External {
	readonly kind: 'network' | 'volume';
	/** The engine's name. */
	readonly name: string;
}

interface NamedObjects {
	readonly networks?: Readonly<
		Record<string, { readonly name?: string; readonly external?: boolean } | null>
	>;
	readonly volumes?: Readonly<Record<string, { readonly name?: string; readonly external?: boolean } | null>>;
}

/** External networks and volumes of the resolved compose configurations. */
export function externalsOf(manifest: Manifest): readonly External[] {
	const found = new Map<string, External>();
	for (const { config } of manifest.composeConfigs) {
		const objects = config as NamedObjects | null;
		for (const kind of ['network', 'volume'] as const) {
			for (const [key, object] of Object.entries(objects?.[`${kind}s`] ?? {})) {
				if (object?.external !== true) continue;
				const name = object.name ?? key;
				found.set(`${kind} ${name}`, { kind, name });
			}
		}
	}
	return [...found.values()];
}

/** Networks that are always there. */
const builtIn = ['bridge', 'host', 'none'];

/** @returns those the engine does not have */
export async function missingExternals(
	docker: Pick<RestoreDocker, 'networkExists' | 'volume'>,
	externals: readonly External[],
): Promise<readonly External[]> {
	const missing: External[] = [];
	for (const external of externals) {
		if (external.kind === 'network' && builtIn.includes(external.name)) continue;
		const there =
			external.kind === 'network'
				? await docker.networkExists(external.name)
				: (await docker.volume(external.name)) !== undefined;
		if (!there) missing.push(external);
	}
	return missing;
}

/** The commands that make them, for a person who wants to do it by hand. */
export function creationCommands(externals: readonly External[]): readonly string[] {
	return externals.map(({ kind, name }) => `docker ${kind} create ${name}`);
}

/** Labels by which Compose takes a volume as its own, without the one by which it would want to make it anew. */
export function volumeLabels(mount: ManifestMount): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(mount.labels).filter(([name]) => name !== 'com.docker.compose.config-hash'),
	);
}

/** Options of a volume's driver as a person may see them. */
export function describeDriver(mount: ManifestMount): string {
	const options = Object.entries(mount.driverOptions).map(
		([key, value]) => `${key}=${value.replace(/(pass(?:word)?|secret|credentials)=[^,]*/gi, '$1=***')}`,
	);
	return [mount.driver, ...options].join(' ');
}
