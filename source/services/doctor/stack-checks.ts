import type { Config } from '../../config/types.ts';
import { exitCodes } from '../../exit-codes.ts';
import { listRuns } from '../../runs/run-files.ts';
import { formatCount, formatDuration } from '../../runs/units.ts';
import type { Stack } from '../../stacks/types.ts';
import type { HeldBack } from '../backup/shrink.ts';
import { duplicateRefusals } from '../discover-configured.ts';
import { lastBackupOf } from '../last-backup.ts';
import { type Check, type CheckFinding, fine, fixBy } from './run-checks.ts';

export interface StackCheckDeps {
	readonly config: Config;
	readonly discover: () => Promise<readonly Stack[]>;
	readonly owed: () => Promise<readonly { readonly name: string }[]>;
	readonly heldBack: () => readonly HeldBack[];
}

/** The stacks, what a run left down, what is held back, and how the last backup went. */
export function stackChecks(deps: StackCheckDeps): Check[] {
	const { config } = deps;
	return [
		{
			id: 'stacks',
			title: 'stacks',
			run: async () => {
				const stacks = await deps.discover();
				const enabled = stacks.filter((stack) => stack.enabled);
				const findings: CheckFinding[] = [
					enabled.length > 0
						? fine(`${enabled.length} of ${formatCount(stacks.length, 'stack')} enabled`)
						: {
								level: 'fail',
								detail: `none of ${formatCount(stacks.length, 'stack')} is enabled`,
								fix: 'backup-tui stacks enable NAME',
							},
				];
				for (const stack of enabled.filter((one) => one.missing)) {
					findings.push({
						level: 'fail',
						detail: `${stack.name}: ${stack.directory} is missing`,
						...fixBy('stacks', 'remove', stack.key),
					});
				}
				for (const stack of stacks.filter((one) => one.unmanageable !== undefined)) {
					findings.push({
						level: 'warn',
						detail: `${stack.name}: ${stack.unmanageable}`,
						fix: 'rename the directory',
					});
				}
				for (const [key, refusal] of duplicateRefusals(stacks)) {
					if (enabled.some((stack) => stack.key === key))
						findings.push({
							level: 'fail',
							detail: refusal.message,
							...(refusal.hint === undefined ? {} : { fix: refusal.hint }),
						});
				}
				const names = new Set(stacks.map((stack) => stack.name));
				for (const name of config.stackSections.filter((section) => !names.has(section))) {
					findings.push({
						level: 'warn',
						detail: `[stack:${name}] in the config is no stack`,
						fix: 'correct the name or remove the section',
					});
				}
				return findings;
			},
		},
		{
			id: 'journal',
			title: 'left down',
			run: async () => {
				const owed = await deps.owed();
				if (owed.length === 0) return fine('no stack was left down by a run');
				return {
					level: 'fail',
					detail: owed.map((entry) => entry.name).join(', '),
					...fixBy('recover'),
					exitCode: exitCodes.stackDown,
				};
			},
		},
		{
			id: 'held-back',
			title: 'shrunk',
			run: async () => {
				const held = deps.heldBack();
				if (held.length === 0) return fine('no snapshot shrank suspiciously');
				const names = held.map((entry) => entry.stack);
				return {
					level: 'fail',
					detail: `${names.join(', ')}: forget and sync are held back`,
					...fixBy('backup', names[0] ?? '', '--accept-shrink'),
				};
			},
		},
		{
			id: 'last-backup',
			title: 'last backup',
			run: async () => {
				const last = lastBackupOf(listRuns(config.paths.stateDir, 200));
				if (last === undefined) return { level: 'warn', detail: 'there was none yet', ...fixBy('backup') };
				const age = formatDuration(Date.now() - Date.parse(last.startedAt));
				if (last.summary?.exitCode === 0) return fine(`${age} ago, ok`);
				return {
					level: 'fail',
					detail: `${age} ago: ${last.summary === undefined ? 'was killed' : `exit code ${last.summary.exitCode}`}`,
					...fixBy('logs', last.id),
				};
			},
		},
	];
}
