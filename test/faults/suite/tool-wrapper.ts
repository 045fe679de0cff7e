import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tools, writeConfig } from '../../real/rig/index.ts';
import { mergeSections, rememberFiles, type Scene } from './scene.ts';

/** Executables in the place of docker, restic and rclone that count the calls, make one of them fail, or hold one up. */
export interface CountingTools {
	/** The call with this number fails, counted over all tools from 1; 0 = none. */
	failAt(call: number): Promise<void>;
	/** The call with this number waits before it does anything, until `release`. Counts anew, as `failAt` does. */
	holdAt(call: number): Promise<void>;
	/** Whether a call waits. */
	isHeld(): boolean;
	release(): Promise<void>;
	/** Calls since `failAt` or `holdAt`, as `tool first-argument`. */
	calls(): Promise<readonly string[]>;
	/** Puts the scene's config back. */
	remove(): Promise<void>;
}

/** Puts them into the scene's config. */
export async function installCountingTools(scene: Scene): Promise<CountingTools> {
	const at = (name: string) => join(scene.host.directory, name);
	const [log, fail, hold, held] = [at('calls'), at('fail-at'), at('hold-at'), at('is-held')];
	const wrapper = async (name: 'docker' | 'restic' | 'rclone') => {
		// One line per call, appended under a lock; its number is the line's.
		const text = [
			'#!/bin/sh',
			`n=$(exec 9>'${at('calls-mutex')}'; flock 9; echo "${name} $1 $2" >>'${log}'; wc -l <'${log}')`,
			`if [ "$n" -eq "$(cat '${fail}')" ]; then echo "fault: call $n fails" >&2; exit 1; fi`,
			`if [ "$n" = "$(cat '${hold}' 2>/dev/null)" ]; then : >'${held}'; while [ -e '${hold}' ]; do sleep 0.02; done; fi`,
			`exec '${tools[name]}' "$@"`,
			'',
		].join('\n');
		await writeFile(at(`counting-${name}`), text);
		await chmod(at(`counting-${name}`), 0o755);
		return at(`counting-${name}`);
	};
	const failAt = async (call: number) => {
		await rm(log, { force: true });
		await writeFile(fail, String(call));
	};
	await failAt(0);
	const section = {
		DOCKER: await wrapper('docker'),
		RESTIC: await wrapper('restic'),
		RCLONE: await wrapper('rclone'),
	};
	await writeConfig(scene.host, mergeSections(scene.config, { tools: section }));
	await rememberFiles(scene);
	return {
		failAt,
		holdAt: async (call) => {
			await failAt(0);
			await rm(held, { force: true });
			await writeFile(hold, String(call));
		},
		isHeld: () => existsSync(held),
		release: async () => {
			await rm(hold, { force: true });
			await rm(held, { force: true });
		},
		remove: () => writeConfig(scene.host, scene.config),
		calls: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean),
	};
}
