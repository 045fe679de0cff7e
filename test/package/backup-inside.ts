import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
	compareTrees,
	compose,
	composeYaml,
	fillWithOddFiles,
	type Host,
	initRepository,
	inventory,
	leftovers,
	restoreSnapshot,
	sleeper,
	snapshots,
	stack,
	writeDirlist,
} from '../real/rig/index.ts';
import type { CleanRoot } from './clean-root.ts';

/** Runs a real backup of a stack that is up, with the program installed in a clean root, and proves what came of it. */
export async function proveBackup(host: Host, root: CleanRoot, program: string): Promise<void> {
	await initRepository(host);
	const bind = join(host.directory, 'outside');
	await mkdir(bind);
	await fillWithOddFiles(bind);
	const yaml = composeYaml([sleeper('web', ['volumes:', '  - data:/data', `  - ${bind}:/out`])], ['data']);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	const before = await inventory(host);

	const result = await root.run(program, ['backup', '--config', host.configFile, '--no-input']);

	expect(result.stderr + result.stdout).toContain('1 stack backed up');
	expect(result.code).toBe(0);
	expect(await inventory(host)).toEqual(before);
	const own = (await snapshots(host)).filter((snapshot) => snapshot.tags?.includes(app.name));
	expect(own).toHaveLength(1);
	const restored = await restoreSnapshot(host, own[0]?.id as string);
	for (const path of [app.directory, bind])
		expect(await compareTrees(path, join(restored, path))).toEqual([]);
	expect(await leftovers(host)).toEqual([]);
}
