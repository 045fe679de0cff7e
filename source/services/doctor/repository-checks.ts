import { stat } from 'node:fs/promises';
import type { Config } from '../../config/types.ts';
import { toBackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import { formatBytes, formatCount, formatDuration } from '../../runs/units.ts';
import { loadLastCheck } from '../repository-check.ts';
import { strangerText } from '../repository-identity.ts';
import { readSpace } from '../repository-space.ts';
import { type Check, type CheckFinding, fine, fixBy } from './run-checks.ts';

export interface RepositoryCheckDeps {
	readonly config: Config;
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

/** The repository: does it open, was it checked, is there room, does it share a disk with what it protects. */
export function repositoryChecks(deps: RepositoryCheckDeps): Check[] {
	const { config } = deps;
	return [
		{
			id: 'repository',
			title: 'repository',
			run: async () => {
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
				if (locks.length > 0) {
					findings.push({
						level: 'warn',
						detail: `${formatCount(locks.length, 'lock')} in the repository`,
						...fixBy('unlock'),
					});
				}
				return findings;
			},
		},
		{
			id: 'check',
			title: 'last check',
			run: async () => {
				const last = await loadLastCheck(config.paths.stateDir);
				if (last === undefined)
					return { level: 'warn', detail: 'the repository was never checked', ...fixBy('check') };
				const age = formatDuration(Date.now() - Date.parse(last.at));
				if (last.ok) return fine(`found nothing, ${age} ago`);
				return {
					level: 'fail',
					detail: `${age} ago: ${last.errors[0] ?? 'errors'}`,
					...fixBy('check'),
				};
			},
		},
		{
			id: 'space',
			title: 'disk space',
			run: async () => {
				const local = config.repository.location.startsWith('/');
				const spaces = await readSpace(
					[
						...(local ? [{ what: 'repository' as const, path: config.repository.location }] : []),
						{ what: 'cache', path: config.paths.cacheDir },
						{ what: 'state', path: config.paths.stateDir },
					],
					config.repository.minDiskSpaceMb,
				);
				return spaces.map((space): CheckFinding => {
					const detail = `${space.what}: ${formatBytes(space.freeBytes)} free of ${formatBytes(space.totalBytes)}`;
					return space.low ? { level: 'fail', detail, ...fixBy('prune') } : fine(detail);
				});
			},
		},
		{
			id: 'same-disk',
			title: 'other disk',
			run: async () => {
				const { location } = config.repository;
				const disk = async (path: string) => (await stat(path).catch(() => undefined))?.dev;
				const [own, theirs] = await Promise.all([location, config.docker.stacksDir].map(disk));
				if (!location.startsWith('/') || own === undefined || theirs === undefined) {
					return fine('nothing to compare: the repository or the stacks are not in a directory here');
				}
				if (own !== theirs) return fine('repository and stacks lie on different disks');
				return config.remotes.length > 0
					? fine('repository and stacks share a disk, but there is an off-site remote')
					: {
							level: 'warn',
							detail: 'repository and stacks lie on the same disk: one disk failure takes both',
							fix: 'add a remote: [cloud_sync]',
						};
			},
		},
	];
}
