import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createProcessRunner } from '../../source/process/run.ts';
import { createRestic, type Restic } from '../../source/restic/client.ts';
import type { ResticOptions } from '../../source/restic/options.ts';
import { stackTags } from '../../source/restic/tags.ts';
import type { BackupRequest } from '../../source/restic/types.ts';
import { type Host, initRepository, testHost, tools } from './rig/index.ts';

/** The product's restic client on a host's repository, closed when the test ends. */
export function openRestic(host: Host, options: Partial<ResticOptions> = {}): Restic {
	const restic = createRestic({
		runner: createProcessRunner({ cookie: host.name }),
		binary: tools.restic,
		repository: host.repository,
		password: { kind: 'file', path: host.passwordFile },
		runDir: host.runDir,
		cacheDir: host.cacheDir,
		environment: host.env,
		clock: Date.now,
		hostname: hostname(),
		retryLockSeconds: 0,
		backupTimeoutMs: 60_000,
		...options,
	});
	onTestFinished(() => restic.close());
	return restic;
}

/** A host with a repository, and a client for it. */
export async function resticHost(): Promise<{ readonly host: Host; readonly restic: Restic }> {
	const host = await testHost();
	await initRepository(host);
	return { host, restic: openRestic(host) };
}

/** A directory with some files; @returns its path */
export async function someFiles(host: Host, name = 'files', count = 3): Promise<string> {
	const directory = join(host.directory, name);
	await mkdir(directory, { recursive: true });
	for (let index = 0; index < count; index += 1)
		await writeFile(join(directory, `file-${index}`), `${name} ${index}\n`.repeat(100));
	return directory;
}

export function request(host: Host, paths: BackupRequest['paths'], stack = 'app'): BackupRequest {
	return { paths, tags: stackTags(stack, new Date()), host: host.name };
}
