import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { type RemoteAddress, rcloneLocation, resticLocation } from '../../rclone/address.ts';
import type { Rclone, RcloneCall } from '../../rclone/types.ts';
import type { GuardFinding } from './guards.ts';
import { countFiles, type Inventory } from './layout.ts';
import type { SourceRepository } from './types.ts';

/** @returns SHA-256 of the repository's config file */
export function configHash(directory: string): string {
	return createHash('sha256')
		.update(readFileSync(join(directory, 'config')))
		.digest('hex');
}

export interface IdentityInput {
	readonly source: SourceRepository;
	readonly directory: string;
	readonly local: Inventory;
	readonly remote: Inventory;
	readonly config: RemoteConfig;
	readonly address: RemoteAddress;
	readonly rclone: Rclone;
	/** Bound of the next call. */
	readonly call: () => RcloneCall;
	/** SHA-256 of the config file the last good sync left on the remote. */
	readonly knownConfigHash: string | undefined;
}

export interface Identity {
	readonly finding: GuardFinding;
	/** The remote's config file must be replaced: same repository, other content (a format upgrade). */
	readonly replaceConfig: boolean;
}

function sharesFile(local: Inventory, remote: Inventory, kind: 'keys' | 'data'): boolean {
	for (const path of remote.files[kind].keys()) if (local.files[kind].has(path)) return true;
	return false;
}

/**
 * Tells whether the remote holds this very repository. The id is inside the encrypted config file; equal files or a
 * key file in common (its name is the hash of its content) prove it without the password, else restic opens both.
 */
export async function checkIdentity(input: IdentityInput): Promise<Identity> {
	const { local, remote, address } = input;
	const place = rcloneLocation(address);
	const fine = (detail: string, replaceConfig = false): Identity => ({
		finding: { guard: 'identity', ok: true, detail },
		replaceConfig,
	});
	const tripped = (detail: string): Identity => ({
		finding: {
			guard: 'identity',
			ok: false,
			detail,
			hint: `choose another RCLONE_PATH for this remote, or, if what is there can go, remove it yourself: rclone purge ${place}`,
		},
		replaceConfig: false,
	});

	if (!remote.files.config.has('config')) {
		if (countFiles(remote.files) === 0) {
			if (remote.strange.length === 0) return fine('the remote is empty');
			return tripped(
				`${place} holds other files and no repository: ${remote.strange.slice(0, 3).join(', ')}`,
			);
		}
		if (sharesFile(local, remote, 'data') || sharesFile(local, remote, 'keys'))
			return fine('an unfinished first upload');
		return tripped(`${place} holds parts of another repository`);
	}

	const hash = configHash(input.directory);
	if (input.knownConfigHash === hash && sharesFile(local, remote, 'keys')) return fine('same repository');
	const there = await input.rclone.downloadHashes(place, ['config'], input.call());
	if (there.get('config') === hash) return fine('same repository');
	const other = await idThere(input);
	if (other === (await input.source.id())) return fine('same repository, its format was upgraded', true);
	if (other === undefined && sharesFile(local, remote, 'keys'))
		return fine('same repository, its config file is damaged there', true);
	const which = other === undefined ? 'this password does not open it' : `id ${other}`;
	return tripped(`${place} holds another repository (${which}; this one is ${await input.source.id()})`);
}

/** @returns the id of the remote's repository, undefined when it cannot be opened. Throws when the remote is out of reach */
async function idThere({ source, address, config }: IdentityInput): Promise<string | undefined> {
	try {
		// A mirror has the source's password, whatever is configured for a copy.
		return await source.idAt(resticLocation(address), { ...config, copyPasswordFile: '' });
	} catch (error) {
		const code = error instanceof BackupTuiError ? error.code : undefined;
		if (code === 'repository-unreachable' || code === 'timed-out') throw error;
		return undefined;
	}
}
