import { join } from 'node:path';
import { projectRoot, run } from '../real/rig/index.ts';

/** Makes the packages under test, once. */
export default async function setup(): Promise<void> {
	await run(process.execPath, [join(projectRoot, 'scripts/package.js'), '--quick'], {
		cwd: projectRoot,
		env: process.env as Record<string, string>,
		timeoutMs: 300_000,
	});
}
