import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { restic, snapshots } from '../../real/rig/index.ts';
import type { Scene } from './scene.ts';

/** A manifest as JSON: whatever somebody may have written. */
// biome-ignore lint/suspicious/noExplicitAny: it is spoilt on purpose
export type AnyManifest = any;

const manifestPath = '.backup-tui/manifest.json';

export interface Forgery {
	/** @returns the manifest of the forged snapshot: an object, or its text */
	readonly manifest: (genuine: AnyManifest) => unknown;
	/** Files and folders that go into it beside the manifest. */
	readonly paths?: readonly string[];
	/** Instead of the genuine snapshot's. */
	readonly tags?: readonly string[];
}

/** The oldest snapshot, which nobody has forged, and its manifest. */
async function genuine(scene: Scene) {
	const [snapshot] = await snapshots(scene.host);
	if (snapshot === undefined) throw new Error('there is no snapshot to forge');
	const { stdout } = await restic(scene.host, ['dump', snapshot.id, `/${manifestPath}`]);
	return { snapshot, manifest: JSON.parse(stdout) as AnyManifest };
}

/**
 * Puts a snapshot into the repository as somebody else with the password would: tagged like one of the stack's, with a
 * manifest of his own.
 *
 * @returns its id
 */
export async function forge(scene: Scene, { manifest, paths = [], tags }: Forgery): Promise<string> {
	const { snapshot, manifest: original } = await genuine(scene);
	const directory = await mkdtemp(join(scene.host.directory, 'forged-'));
	await mkdir(join(directory, '.backup-tui'));
	const made = manifest(structuredClone(original));
	await writeFile(join(directory, manifestPath), typeof made === 'string' ? made : JSON.stringify(made));
	const tagged = (tags ?? snapshot.tags ?? []).flatMap((tag) => ['--tag', tag]);
	const args = [
		'backup',
		'-q',
		'--json',
		'--host',
		snapshot.hostname,
		...tagged,
		'--',
		manifestPath,
		...paths,
	];
	const { stdout } = await restic(scene.host, args, { cwd: directory });
	const id = /"snapshot_id":"([0-9a-f]+)"/.exec(stdout)?.[1];
	if (id === undefined) throw new Error(`restic made no snapshot: ${stdout}`);
	return id;
}
