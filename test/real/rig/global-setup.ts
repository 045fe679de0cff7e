import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import { projectRoot, requireRealParts } from './tools.ts';

/** Runs once before the real tests: no real part may be missing, and the CLI under test is built from the sources. */
export default async function setup(): Promise<void> {
	await requireRealParts();
	if (!existsSync(join(projectRoot, 'source/cli.ts'))) return;
	await run(process.execPath, [join(projectRoot, 'scripts/build.js')], { cwd: projectRoot });
}
