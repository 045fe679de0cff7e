import type { RemoteConfig } from '../../config/types.ts';
import { toBackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { describeResolved, placeOf, placeProblem } from '../sync/place.ts';
import { type DiskFacts, requireMounted } from '../sync/require-disks.ts';
import { type Check, type CheckFinding, fine } from './run-checks.ts';

export interface RemoteCheckDeps {
	readonly remotes: readonly RemoteConfig[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly facts: DiskFacts;
}

/** Where each remote's files lie: known to rclone, not relative, its disk mounted and another one than the repository's. */
export function remoteChecks(deps: RemoteCheckDeps): Check[] {
	const remotes = deps.remotes.filter(({ command }) => command.length === 0);
	if (remotes.length === 0) return [];
	return [
		{
			id: 'remote-places',
			title: 'remote places',
			run: async () => await Promise.all(remotes.map((remote) => judge(deps, remote))),
		},
	];
}

async function judge({ environment, facts }: RemoteCheckDeps, remote: RemoteConfig): Promise<CheckFinding> {
	const place = placeOf(remote, environment);
	const problem = placeProblem(place, remote, environment);
	if (problem !== undefined)
		return {
			level: 'fail',
			detail: `${remote.name}: ${problem.message}`,
			fix: problem.hint,
			exitCode: exitCodes.sync,
		};
	try {
		const { warning } = await requireMounted(remote, place, facts);
		const detail = `${remote.name}: ${describeResolved(place)}`;
		if (warning === undefined) return fine(detail);
		return {
			level: 'warn',
			detail: `${detail} ${warning}`,
			fix: 'choose a directory on another disk, or mount the disk that belongs there',
		};
	} catch (error) {
		const { message, hint, exitCode } = toBackupTuiError(error);
		return { level: 'fail', detail: message, exitCode, ...(hint === undefined ? {} : { fix: hint }) };
	}
}
