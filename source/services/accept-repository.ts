import { BackupTuiError } from '../errors.ts';
import { type KnownRepository, readKnown } from './known-repositories.ts';
import { forgetPlace, type IdentityDeps, ofPlace, remember } from './repository-identity.ts';

/** What lies where the configuration says, and what this machine knows. */
export interface RepositoryView {
	readonly location: string;
	/** Absent where no repository is. */
	readonly id?: string;
	/** It is the one of earlier runs, or there were none; where none is, none was here before. */
	readonly known: boolean;
	readonly earlier: readonly KnownRepository[];
}

/** @throws what opening the repository throws, except that there is none */
export async function viewRepository(deps: Pick<IdentityDeps, 'restic' | 'places'>): Promise<RepositoryView> {
	const { restic, places } = deps;
	const earlier = readKnown(places);
	const location = restic.location.display;
	let id: string;
	try {
		id = await restic.id();
	} catch (error) {
		if (error instanceof BackupTuiError && error.code === 'repository-missing')
			return { location, known: ofPlace(deps, earlier).length === 0, earlier };
		throw error;
	}
	return { location, id, known: earlier.length === 0 || earlier.some((one) => one.id === id), earlier };
}

/**
 * What is there now is right: the repository becomes one that is used from now on, beside those known before; where there is
 * none, a new one may be made.
 */
export function acceptRepository(deps: Omit<IdentityDeps, 'dryRun'>, { id }: RepositoryView): void {
	if (id === undefined) forgetPlace(deps);
	else remember(deps, id);
}
