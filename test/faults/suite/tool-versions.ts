import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../real/rig/run.ts';
import { projectRoot, toolEnvironment, tools } from '../../real/rig/tools.ts';

async function version(file: string, args: readonly string[]): Promise<string> {
	const { stdout } = await run(file, args, { env: toolEnvironment() });
	return (stdout.split('\n')[0] ?? '').replace(/^v(?=\d)/, '').trim();
}

/** @returns names with versions of all that takes part */
export async function toolVersions(): Promise<readonly string[]> {
	const product = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
		version: string;
	};
	const restic = await version(tools.restic, ['version']);
	return [
		`backup-tui ${product.version}`,
		`Docker Engine ${await version(tools.docker, ['version', '--format', '{{.Server.Version}}'])}`,
		`Compose ${await version(tools.docker, ['compose', 'version', '--short'])}`,
		restic.replace(/ compiled.*/, ''),
		(await version(tools.rclone, ['version'])).replace('rclone v', 'rclone '),
		`Node ${process.version.slice(1)}`,
	];
}
