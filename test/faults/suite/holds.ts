import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dockerLines, inventory, leftovers, type Outcome, snapshots } from '../../real/rig/index.ts';
import { expectUsable } from '../../real/sync-rig/repository.ts';
import { restoredFiles, type Scene } from './scene.ts';

// Each check looks with docker, restic, rclone or at /proc and the files themselves; none asks the product.

/** A: the same containers in the same states, of the same images, with the same mounts; the same volumes. */
export async function stacksAreAsBefore(scene: Scene): Promise<void> {
	expect(await inventory(scene.host)).toEqual(scene.before);
}

/** B: every earlier snapshot is there and restores to the very same bytes. */
export async function earlierSnapshotsRestore(scene: Scene): Promise<void> {
	const ids = new Set((await snapshots(scene.host)).map(({ id }) => id));
	for (const [id, files] of scene.earlier) {
		expect(ids, `snapshot ${id} is gone`).toContain(id);
		expect(await restoredFiles(scene.host, id)).toEqual(files);
	}
}

/** C: every byte of the remote is whole, and its latest snapshot restores. */
export async function remoteIsUsable(scene: Scene): Promise<void> {
	await expectUsable(scene.host, scene.copy);
}

/** D: the run failed, and its output names the stack (or the remote) and the step. */
export function failureIsTold(outcome: Outcome, words: readonly (string | RegExp)[], code?: number): void {
	const text = outcome.stdout + outcome.stderr;
	if (code === undefined) expect(outcome.code, text).not.toBe(0);
	else expect(outcome.code, text).toBe(code);
	for (const word of words) expect(text).toMatch(word);
}

/** E: no process, lock, temporary file, helper container or password is left anywhere. */
export async function nothingIsLeft(scene: Scene): Promise<void> {
	const { host } = scene;
	expect(await leftovers(host)).toEqual([]);
	const running = await dockerLines(host, ['ps', '-a', '--filter', 'label=io.backup-tui.helper-of', '-q']);
	const mine = await Promise.all(running.map((id) => helperOf(scene, id)));
	expect(mine.filter((one) => one !== '')).toEqual([]);
	expect(await filesWithPassword(scene)).toEqual([]);
}

/** F: config and dirlist are byte for byte what they were. */
export async function filesAreUnchanged(scene: Scene): Promise<void> {
	expect(await readFile(scene.host.configFile, 'utf8')).toBe(scene.files.config);
	expect(await readFile(scene.host.dirlist, 'utf8').catch(() => '(none)')).toBe(scene.files.dirlist);
}

async function helperOf(scene: Scene, id: string): Promise<string> {
	const lines = await dockerLines(scene.host, ['inspect', '-f', '{{json .Mounts}}', id]).catch(() => []);
	return lines.join('').includes(scene.host.name) ? id : '';
}

async function filesWithPassword(scene: Scene): Promise<string[]> {
	const { stateDir, logDir, runDir, password } = scene.host;
	const found: string[] = [];
	for (const directory of [stateDir, logDir, runDir]) {
		const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
		for (const entry of entries.filter((one) => one.isFile())) {
			const path = join(entry.parentPath, entry.name);
			if ((await readFile(path, 'latin1').catch(() => '')).includes(password)) found.push(path);
		}
	}
	return found;
}
