import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makePrivateDirectory, writeDurably } from '../../runs/files.ts';
import type { Stack } from '../../stacks/types.ts';
import type { Run } from '../conduct-run.ts';

/** Where the manifest lies in every snapshot. restic keeps a relative source at the root of the tree (0.14 and 0.19). */
export const manifestPath = '/.backup-tui/manifest.json';
/** The same as a source for restic, relative to the staging directory. */
export const manifestSource = '.backup-tui/manifest.json';

/** One mount of one service: what it is and where it lies in the snapshot, or why it is not there. */
export interface ManifestMount {
	readonly kind: string;
	readonly services: readonly string[];
	/** Volume name; empty for binds. */
	readonly name: string;
	readonly source: string;
	readonly destination: string;
	readonly driver: string;
	readonly driverOptions: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
	readonly external: boolean;
	/** Path in this snapshot, when captured as files. */
	readonly path?: string;
	/** Tag of the second snapshot, when streamed. */
	readonly stream?: string;
	/** Rule that excludes it, or why it could not be captured. */
	readonly notCaptured?: string;
}

/** Rules by which restic leaves files out, beside its patterns. */
export interface LeftOutRules {
	/** EXCLUDE_CACHES: what is beside a CACHEDIR.TAG. */
	readonly caches: boolean;
	/** EXCLUDE_IF_PRESENT: `NAME[:HEADER]` of a file, what is beside it; empty = none. */
	readonly ifPresent: string;
	/** ONE_FILE_SYSTEM: what is mounted below. */
	readonly otherFileSystems: boolean;
}

/** What travels in every snapshot: a restore needs nothing else. It holds the interpolated compose config, secrets included. */
export interface Manifest {
	readonly v: 1;
	readonly program: 'backup-tui';
	readonly version: string;
	/** ISO time, UTC. */
	readonly createdAt: string;
	readonly run: string;
	readonly host: string;
	readonly stack: {
		readonly key: string;
		readonly name: string;
		readonly origin: string;
		readonly directory: string;
		readonly realDirectory: string;
		readonly composeFiles: readonly string[];
		readonly project: string;
	};
	readonly state: string;
	readonly method: string;
	/** What ran: projects, files, env files, services, replicas, container ids, images. */
	readonly inventory: unknown;
	/** The resolved compose configuration of each project, as `docker compose config --format json` tells. */
	readonly composeConfigs: readonly { readonly project: string; readonly config: unknown }[];
	readonly images: readonly {
		readonly reference: string;
		readonly id: string;
		readonly digests: readonly string[];
	}[];
	readonly mounts: readonly ManifestMount[];
	/** Directories and files of the stack in this snapshot. */
	readonly paths: readonly string[];
	/** Saved image archives, when SAVE_IMAGES is on. */
	readonly savedImages: readonly string[];
	/** restic patterns of what was left out on purpose: a restore with --delete does not delete it. */
	readonly excludes?: readonly string[];
	/** By which other rules something was left out; absent in manifests of earlier versions, which do not say. */
	readonly leftOut?: LeftOutRules;
	/** In a safety snapshot: paths and volumes that were not there before the restore. */
	readonly absent?: readonly string[];
}

/** What a manifest tells of one stack, beside who made it and when. */
export type ManifestContent = Omit<
	Manifest,
	'v' | 'program' | 'version' | 'createdAt' | 'run' | 'host' | 'stack'
>;

/** @returns the manifest of a stack, made by this run on this host now */
export function manifestOf(
	run: Pick<Run, 'session'>,
	deps: { readonly version: string; readonly now: () => Date },
	stack: Stack,
	content: ManifestContent,
): Manifest {
	return {
		v: 1,
		program: 'backup-tui',
		version: deps.version,
		createdAt: deps.now().toISOString(),
		run: run.session.id,
		host: hostname(),
		stack: {
			key: stack.key,
			name: stack.name,
			origin: stack.origin,
			directory: stack.directory,
			realDirectory: stack.realDirectory,
			composeFiles: stack.composeFiles,
			project: stack.project,
		},
		...content,
	};
}

/** A manifest on disk for the time of the copy. */
export interface StagedManifest {
	/** Give restic this working directory and `manifestSource` as a path. */
	readonly directory: string;
	dispose(): void;
}

/**
 * Writes the manifest where restic picks it up.
 *
 * @param runDir volatile and private; the path under it is the same in every run, so that snapshots group well
 */
export function stageManifest(runDir: string, manifest: Manifest): StagedManifest {
	const hash = createHash('sha256').update(manifest.stack.key).digest('hex').slice(0, 16);
	const directory = join(runDir, 'manifest', hash);
	makePrivateDirectory(join(directory, '.backup-tui'));
	writeDurably(join(directory, manifestSource), `${JSON.stringify(manifest, undefined, '\t')}\n`);
	return { directory, dispose: () => rmSync(directory, { recursive: true, force: true }) };
}
