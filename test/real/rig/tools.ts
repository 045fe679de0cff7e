import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';

/** The checkout this rig runs in. */
export const projectRoot = new URL('../../..', import.meta.url).pathname;

/** Which generation of restic and rclone the tests drive; `npm test` runs the compatibility set with `old`. */
export type ToolAge = 'new' | 'old' | 'debian13';

const ages: readonly ToolAge[] = ['new', 'old', 'debian13'];

export interface RealTools {
	readonly age: ToolAge;
	/** Absolute paths. */
	readonly docker: string;
	readonly restic: string;
	readonly rclone: string;
	readonly node: string;
	/** Value of DOCKER_CONFIG that makes `docker compose` find its plugin, or undefined where it finds it by itself. */
	readonly dockerConfig: string | undefined;
}

/** What this process drives. */
export const toolAge: ToolAge = ages.find((age) => age === process.env.BACKUP_TUI_TEST_TOOLS) ?? 'new';

const toolsDirectory = join(projectRoot, '.tools');
const ownDockerConfig = join(toolsDirectory, 'docker-config');

function executable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function lookUp(name: string): string {
	const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin', '/bin'];
	return directories.map((directory) => join(directory, name)).find(executable) ?? '';
}

function findTools(age: ToolAge): RealTools {
	const own = (name: string, ofAge = age) => {
		const path = join(toolsDirectory, ...(ofAge === 'new' ? [] : [ofAge]), 'bin', name);
		return executable(path) ? path : '';
	};
	return {
		age,
		docker: lookUp('docker'),
		restic: own('restic'),
		// Debian 13 has the rclone of Debian 12.
		rclone: own('rclone', age === 'debian13' ? 'new' : age),
		node: join(projectRoot, 'node_modules/.bin/node'),
		dockerConfig: existsSync(join(ownDockerConfig, 'cli-plugins/docker-compose'))
			? ownDockerConfig
			: undefined,
	};
}

/** The tools as found. An empty path is a missing tool: `requireRealParts` says so. */
export const tools: RealTools = findTools(toolAge);

/** The name of the image all test stacks run: a static busybox, imported by the set-up, never pulled. */
export const testImage = 'busybox:local';

/** A small clean environment for real tools; `cookie` marks every process a test starts. */
export function toolEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
	const dockerHost = process.env.DOCKER_HOST;
	return {
		// The last one holds tmux where the machine has none.
		PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${toolsDirectory}/tmux/bin`,
		HOME: process.env.HOME ?? '/root',
		LANG: 'C.UTF-8',
		...(tools.dockerConfig === undefined ? {} : { DOCKER_CONFIG: tools.dockerConfig }),
		...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
		...extra,
	};
}

const expectedVersion = {
	new: { restic: /restic 0\.(1[7-9]|[2-9]\d)/, rclone: /rclone v1\.(6[5-9]|[7-9]\d)/ },
	old: { restic: /restic 0\.14\./, rclone: /rclone v1\.60\./ },
	debian13: { restic: /restic 0\.18\./, rclone: /rclone v1\.(6[5-9]|[7-9]\d)/ },
} as const;

/**
 * Throws when a real part is missing, naming all that are and what to run: a test without its real part must
 * fail, never be skipped.
 */
export async function requireRealParts(age: ToolAge = toolAge): Promise<void> {
	const { docker, restic, rclone, node } = findTools(age);
	const missing: string[] = [];
	const probe = async (what: string, file: string, args: readonly string[], expected?: RegExp) => {
		try {
			if (file === '') throw new Error('not found');
			const { stdout } = await run(file, args, {
				env: toolEnvironment({ HOME: '/nonexistent' }),
				timeoutMs: 30_000,
			});
			if (expected !== undefined && !expected.test(stdout))
				throw new Error(`unexpected: ${stdout.split('\n')[0]}`);
		} catch (error) {
			missing.push(`${what}: ${error instanceof Error ? error.message.trim() : error}`);
		}
	};
	await probe('Docker Engine', docker, ['version', '--format', '{{.Server.Version}}']);
	await probe('Docker Compose v2', docker, ['compose', 'version', '--short'], /^v?[2-9]\d*\./);
	await probe(`image ${testImage}`, docker, ['image', 'inspect', '--format', '{{.Id}}', testImage]);
	await probe(`${age} restic`, restic, ['version'], expectedVersion[age].restic);
	await probe(`${age} rclone`, rclone, ['version'], expectedVersion[age].rclone);
	await probe('tmux', 'tmux', ['-V'], /tmux/);
	await probe('Node', node, ['--version'], /^v(2[4-9]|[3-9]\d)\./);
	if (process.getuid?.() !== 0) missing.push('root: volumes can only be read by root');
	if (missing.length > 0)
		throw new Error(`real parts are missing; run \`npm run setup\` as root:\n  ${missing.join('\n  ')}`);
}
