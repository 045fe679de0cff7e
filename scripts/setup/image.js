import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { forget, unpack } from './archive.js';
import { releaseCodename } from './machine.js';
import { toolsDirectory } from './places.js';
import { attempt, dockerEnvironment, run, SetupError } from './run.js';

/** The image of the sample and of all test stacks. It is imported, so no registry is needed. */
export const image = 'busybox:local';

const directory = join(toolsDirectory, 'busybox');
const tree = join(directory, 'root');

/** @returns {Promise<boolean>} whether the engine has the image */
export async function hasImage() {
	const { ok } = await attempt('docker', ['image', 'inspect', '--format', '{{.Id}}', image], {
		env: dockerEnvironment,
	});
	return ok;
}

/** Imports a file system with Debian's static busybox and a link for each of its commands. */
export async function importImage() {
	rmSync(directory, { recursive: true, force: true });
	const unpacked = await unpack(releaseCodename(), ['busybox-static']);
	for (const name of ['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp', 'var'])
		mkdirSync(join(tree, name), { recursive: true });
	chmodSync(join(tree, 'tmp'), 0o1777);
	const busybox = join(tree, 'bin', 'busybox');
	// Debian 13 moved it below usr/.
	const packaged = ['bin/busybox', 'usr/bin/busybox']
		.map((path) => join(unpacked, path))
		.find((path) => existsSync(path));
	if (packaged === undefined) throw new SetupError('The package busybox-static holds no busybox.');
	copyFileSync(packaged, busybox);
	chmodSync(busybox, 0o755);
	const { stdout } = await run(busybox, ['--list']);
	for (const name of stdout.split('\n').filter((line) => line !== '' && line !== 'busybox'))
		symlinkSync('busybox', join(tree, 'bin', name));
	const archive = join(directory, 'root.tar');
	await run('tar', ['-C', tree, '--numeric-owner', '--owner=0', '--group=0', '-cf', archive, '.']);
	await run('docker', ['import', archive, image], { env: dockerEnvironment });
	rmSync(directory, { recursive: true, force: true });
	forget();
}
