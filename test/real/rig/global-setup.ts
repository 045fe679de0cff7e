import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { run } from './run.ts';
import { sweepAbandonedHosts } from './sweep.ts';
import { projectRoot, requireRealParts, type ToolAge } from './tools.ts';

const ageOfProject: Readonly<Record<string, ToolAge>> = { compat: 'old', debian13: 'debian13' };

/** Runs once before the real tests: no real part may be missing, and the CLI under test is built from the sources. */
export default async function setup(project: TestProject): Promise<void> {
	await requireRealParts(ageOfProject[project.name]);
	await sweepAbandonedHosts();
	await run(process.execPath, [join(projectRoot, 'scripts/build.js')], { cwd: projectRoot });
}
