import { copyFile, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { removeTree } from '../real/rig/host.ts';
import { docker, type Host, type Outcome, run, testImage, tools, writeConfig } from '../real/rig/index.ts';

/** A root directory with busybox, the C library, Docker's client, Compose and restic: no Node, no checkout. */
export interface CleanRoot {
	readonly directory: string;
	/** Copies a program, with the shared libraries it needs, to a path inside. */
	add(file: string, path: string): Promise<void>;
	/** Runs a program inside. The host's own directory, Docker's socket and Docker's data lie where they always do. */
	run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome>;
}

/** Debian's merged layout: these are links into usr/. */
const merged = ['bin', 'sbin', 'lib', 'lib64'];

/** Makes a clean root for a host, and sets the host's config to the tools inside. Gone when the test ends. */
export async function cleanRoot(host: Host): Promise<CleanRoot> {
	const directory = await mkdtemp(join(tmpdir(), `${host.name}-root-`));
	onTestFinished(() => removeTree(directory));
	const at = (path: string) => join(directory, path);
	for (const path of merged) {
		await mkdir(at(`usr/${path}`), { recursive: true });
		await symlink(`usr/${path}`, at(path));
	}
	for (const path of ['etc', 'proc', 'dev', 'run', 'tmp', 'root', 'var/lib/docker', 'usr/local/bin'])
		await mkdir(at(path), { recursive: true });
	await symlink('../run', at('var/run'));
	await writeFile(at('etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
	await addBusybox(host, directory);

	const root: CleanRoot = {
		directory,
		add: async (file, path) => {
			await mkdir(dirname(at(path)), { recursive: true });
			await copyFile(file, at(path));
			for (const library of await librariesOf(file)) {
				await mkdir(dirname(at(library)), { recursive: true });
				await copyFile(library, at(library));
			}
		},
		run: (program, args, env = {}) => runInside(host, directory, [program, ...args], env),
	};
	await root.add(tools.docker, 'usr/bin/docker');
	await root.add(await composePlugin(host), 'usr/lib/docker/cli-plugins/docker-compose');
	await root.add(tools.restic, 'usr/bin/restic');
	await writeConfig(host, { tools: { DOCKER: undefined, RESTIC: undefined, RCLONE: undefined } });
	return root;
}

/** The busybox of the test image, by a container that is never started. */
async function addBusybox(host: Host, directory: string): Promise<void> {
	const name = `${host.name}-busybox`;
	await docker(host, ['create', '--name', name, testImage, 'true']);
	await docker(host, ['cp', `${name}:/bin/.`, join(directory, 'usr/bin')]);
	await docker(host, ['rm', name]);
}

async function composePlugin(host: Host): Promise<string> {
	const format = '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}';
	return (await docker(host, ['info', '--format', format])).stdout.trim();
}

async function librariesOf(file: string): Promise<string[]> {
	const { stdout } = await run('ldd', [file], { anyCode: true });
	return stdout.split('\n').flatMap((line) => /(?:=> |^\s+)(\/\S+) \(/.exec(line)?.[1] ?? []);
}

/** In a mount namespace of its own, so that nothing stays mounted whatever happens. */
const enter = `
set -e
root=$1 host=$2 data=$3
shift 3
for path in /proc /dev "$data" "$host"; do
	mkdir -p "$root$path"
	mount --rbind "$path" "$root$path"
done
touch "$root/run/docker.sock"
mount --bind /var/run/docker.sock "$root/run/docker.sock"
exec chroot "$root" "$@"
`;

async function runInside(
	host: Host,
	directory: string,
	argv: readonly string[],
	env: Readonly<Record<string, string>>,
): Promise<Outcome> {
	const data = (await docker(host, ['info', '--format', '{{.DockerRootDir}}'])).stdout.trim();
	const args = ['--mount', '--propagation', 'slave', 'sh', '-c', enter, basename('enter')];
	return run('unshare', [...args, directory, host.directory, data, ...argv], {
		env: {
			PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
			HOME: '/root',
			RIG_HOST: host.name,
			...env,
		},
		anyCode: true,
	});
}
