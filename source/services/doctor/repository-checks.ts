import type { Config } from '../../config/types.ts';
import { toBackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Restic } from '../../restic/client.ts';
import { formatCount } from '../../runs/units.ts';
import { strangerText } from '../repository-identity.ts';
import { repositoryPlaceProblem } from '../repository-place.ts';
import { type Check, type CheckFinding, fine, fixBy } from './run-checks.ts';

export interface RepositoryCheckDeps {
	readonly config: Config;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Opens restic to look only. */
	readonly open: () => Restic;
}

/** Less than the limit of a check, so that what restic says is told, ms. */
const patienceMs = 9_000;

/** Writes a little: a repository that can only be read takes no backup. */
async function whyUnwritable(restic: Restic): Promise<CheckFinding | undefined> {
	try {
		await restic.assertWritable({ timeoutMs: patienceMs });
		return undefined;
	} catch (error) {
		const { code, message, hint, exitCode } = toBackupTuiError(error);
		// It is at work for somebody else.
		if (code === 'repository-locked') return { level: 'warn', detail: message, ...fixBy('unlock') };
		return {
			level: 'fail',
			detail: `but ${message}`,
			exitCode,
			...(hint === undefined ? {} : { fix: hint }),
		};
	}
}

/** The repository: does it open, is it ours, can it be written, and is it locked by somebody who is gone. */
export function repositoryChecks(deps: RepositoryCheckDeps): Check[] {
	const { config } = deps;
	return [
		{
			id: 'repository',
			title: 'repository',
			run: async () => {
				const problem = repositoryPlaceProblem(config.repository, deps.environment);
				if (problem !== undefined)
					return [{ level: 'fail', detail: problem.message, fix: problem.hint, exitCode: exitCodes.config }];
				await using restic = deps.open();
				const call = { timeoutMs: patienceMs };
				const { id } = await restic.config(call);
				const [locks, unwritable] = await Promise.all([restic.locks(call), whyUnwritable(restic)]);
				const opens = `${restic.location.display} opens, id ${id.slice(0, 8)}`;
				const findings: CheckFinding[] = [
					unwritable === undefined
						? fine(opens)
						: { ...unwritable, detail: `${opens}; ${unwritable.detail}` },
				];
				const stranger = strangerText({ restic, places: config.paths }, id);
				if (stranger !== undefined)
					findings.push({ level: 'fail', detail: stranger, ...fixBy('repository', 'accept') });
				const left = locks.filter(({ holder }) => holder.kind !== 'alive');
				if (left.length > 0) {
					findings.push({
						level: 'warn',
						detail: `${formatCount(left.length, 'lock')} in the repository, of programs that are not known to run`,
						...fixBy('unlock'),
					});
				}
				return findings;
			},
		},
	];
}
