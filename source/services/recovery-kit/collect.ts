import { existsSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Config } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { rcloneLocation, remoteAddress } from '../../rclone/address.ts';
import { inspectRcloneConfig } from '../../rclone/config-file.ts';
import { filesOf, isEncryptedConfig, neededSections, sectionsOf } from '../../rclone/config-sections.ts';
import type { Kit, KitFile } from './contents.ts';

/** Keys and certificates are small; what is larger is something else. */
const largestFileBytes = 256 * 1024;

export interface CollectDeps {
	readonly config: Config;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly version: string;
	readonly now: () => Date;
	/** The repository's password in clear. Throws `password-missing`. */
	readonly readPassword: () => Promise<string>;
	/** Opens the repository with it: proves that it is the right one. */
	readonly repositoryId: () => Promise<string>;
}

export interface CollectedKit {
	readonly kit: Kit;
	/** What a person must know: what is needed besides it. */
	readonly notes: readonly string[];
}

function readSmall(path: string): string | undefined {
	try {
		if (statSync(path).size > largestFileBytes) return undefined;
		const bytes = readFileSync(path);
		const text = bytes.toString('utf8');
		return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
	} catch {
		return undefined;
	}
}

function add(files: KitFile[], path: string, what: string, notes: string[], text = readSmall(path)): void {
	if (files.some((file) => file.path === path)) return;
	if (text === undefined)
		notes.push(`${what} ${path} cannot be read, is not text or too large: it is NOT in the kit`);
	else files.push({ path, what, text });
}

/** The sections of rclone's config files that the remotes need, one file each. */
function addRclone(deps: CollectDeps, files: KitFile[], notes: string[]): void {
	const { remotes, repository } = deps.config;
	const own = repository.location.startsWith('rclone:')
		? [
				{
					name: 'the repository',
					remote: repository.location.slice('rclone:'.length),
					rcloneConfig: repository.rcloneConfig,
				},
			]
		: [];
	const named = [...remotes, ...own].filter(({ remote }) => remote !== '' && !remote.startsWith('/'));
	for (const [configured, users] of Map.groupBy(named, (remote) => remote.rcloneConfig)) {
		const { path } = inspectRcloneConfig(
			configured || (deps.environment.RCLONE_CONFIG ?? ''),
			deps.environment,
		);
		const text = path === undefined ? undefined : readSmall(path);
		const names = users.map(({ remote }) => remote.replace(/:.*$/, ''));
		if (path === undefined || text === undefined) {
			const inEnvironment = names.every((name) =>
				Object.keys(deps.environment).some((key) => key.startsWith(`RCLONE_CONFIG_${name.toUpperCase()}_`)),
			);
			if (!inEnvironment)
				throw new BackupTuiError(
					'config-missing',
					`rclone's config with ${names.join(', ')} cannot be read`,
					{
						hint: 'without it nobody gets at the off-site copy: see rclone config file',
					},
				);
			notes.push(`${names.join(', ')}: configured by RCLONE_CONFIG_* in the environment: NOT in the kit`);
			continue;
		}
		if (isEncryptedConfig(text)) {
			add(files, path, "rclone's config (encrypted)", notes, text);
			notes.push(`rclone's config ${path} has a password of its own: it is needed besides the kit`);
			continue;
		}
		const sections = neededSections(sectionsOf(text), names);
		const lacking = names.filter((name) => !sections.some((section) => section.name === name));
		if (lacking.length > 0)
			throw new BackupTuiError('config-missing', `${path} has no remote ${lacking.join(', ')}`, {
				hint: 'a kit without it would not reach the off-site copy: correct REMOTE, or rclone config',
			});
		const kept = sections.map((section) => section.text).join('\n');
		add(files, path, "rclone's remotes", notes, kept);
		for (const file of filesOf(sections)) add(files, file, 'key of an rclone remote', notes);
	}
}

/**
 * Puts together what a bare machine needs to get everything back.
 *
 * @throws config-missing, password-missing, repository-*: a kit that would not do is not made
 */
export async function collectKit(deps: CollectDeps): Promise<CollectedKit> {
	const { config } = deps;
	const notes: string[] = [];
	const files: KitFile[] = [];
	const { paths, repository } = config;
	add(files, paths.configFile, 'the configuration', notes);
	if (existsSync(paths.dirlist)) add(files, paths.dirlist, 'which stacks are on', notes);
	const password = await deps.readPassword();
	const id = await deps.repositoryId();
	if (repository.password.kind === 'file')
		add(files, repository.password.path, 'the password', notes, `${password}\n`);
	if (repository.password.kind === 'command')
		notes.push('PASSWORD_COMMAND may not work elsewhere: the password it gave is in the kit');
	for (const { copyPasswordFile } of config.remotes)
		if (copyPasswordFile !== '') add(files, copyPasswordFile, 'the password of the second repository', notes);
	addRclone(deps, files, notes);
	if (config.remotes.length === 0)
		notes.push('no remote is configured: when this machine is lost, so is the repository');
	return {
		kit: {
			v: 1,
			createdAt: deps.now().toISOString(),
			program: `backup-tui ${deps.version}`,
			host: hostname(),
			repository: { location: repository.location, id, password },
			remotes: config.remotes
				.filter(({ remote }) => remote !== '')
				.map(({ name, remote, path }) => ({ name, place: rcloneLocation(remoteAddress(remote, path)) })),
			files,
		},
		notes,
	};
}
