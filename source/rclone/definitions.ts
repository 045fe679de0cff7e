import { readFileSync } from 'node:fs';
import { inspectRcloneConfig } from './config-file.ts';
import { isEncryptedConfig, sectionsOf } from './config-sections.ts';

type Environment = Readonly<Record<string, string | undefined>>;
/** Values of one remote by key, as rclone's config names them. */
export type RemoteValues = Readonly<Record<string, string>>;

/** The remotes rclone knows, as far as files and environment of this machine tell. */
export interface Definitions {
	readonly remotes: ReadonlyMap<string, RemoteValues>;
	/** False when the config file is encrypted or cannot be read: only rclone itself knows them all. */
	readonly complete: boolean;
	/** rclone's config file, undefined when there is none. */
	readonly file: string | undefined;
}

/** Keys that say where a remote is, or what it is built on; the environment may set them one by one. */
const placeKeys = [
	'type',
	'remote',
	'upstreams',
	'host',
	'url',
	'endpoint',
	'user',
	'port',
	'provider',
] as const;

/** The variable that sets a key of a remote (rclone docs, "Environment Variables"). */
function variable(name: string, key: string): string {
	return `RCLONE_CONFIG_${`${name}_${key}`.toUpperCase().replaceAll('-', '_')}`;
}

/** @returns values of a remote with those of the environment over them, undefined when nothing defines it */
export function valuesOf(
	definitions: Definitions,
	name: string,
	environment: Environment,
): RemoteValues | undefined {
	const file = definitions.remotes.get(name);
	const set = placeKeys.flatMap((key) => {
		const value = environment[variable(name, key)];
		return value === undefined ? [] : [[key, value] as const];
	});
	const values = { ...file, ...Object.fromEntries(set) };
	return values.type === undefined && file === undefined ? undefined : values;
}

/** Names of remotes that only the environment defines, as rclone lists them. */
export function environmentRemotes(environment: Environment): readonly string[] {
	return Object.keys(environment).flatMap(
		(key) => /^RCLONE_CONFIG_(.+)_TYPE$/.exec(key)?.[1]?.toLowerCase() ?? [],
	);
}

/** @param configured path of rclone's config file from our config, or empty */
export function readDefinitions(configured: string, environment: Environment): Definitions {
	const { path: file } = inspectRcloneConfig(configured, environment);
	if (file === undefined) return { remotes: new Map(), complete: true, file };
	try {
		const text = readFileSync(file, 'utf8');
		if (isEncryptedConfig(text)) return { remotes: new Map(), complete: false, file };
		return {
			remotes: new Map(sectionsOf(text).map(({ name, values }) => [name, values])),
			complete: true,
			file,
		};
	} catch {
		return { remotes: new Map(), complete: false, file };
	}
}

/** @param output of `rclone config dump`: all that rclone's config file defines, decrypted */
export function parseDump(output: string): ReadonlyMap<string, RemoteValues> {
	const dump = JSON.parse(output) as Record<string, Record<string, unknown>>;
	return new Map(
		Object.entries(dump).map(([name, values]) => [
			name,
			Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
		]),
	);
}
