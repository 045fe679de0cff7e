import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../../config/types.ts';
import { type Check, fine } from './run-checks.ts';

const isThere = (path: string) =>
	access(path).then(
		() => true,
		() => false,
	);

/** The directories the program writes. */
export function hostChecks(paths: Paths): Check[] {
	return [
		{
			id: 'state',
			title: 'state',
			run: async () => {
				for (const path of [paths.stateDir, paths.logDir, paths.runDir]) {
					let at = path;
					while (!(await isThere(at))) at = join(at, '..');
					await access(at, constants.W_OK);
				}
				return fine(`${paths.stateDir}, ${paths.logDir} and ${paths.runDir} can be written`);
			},
		},
	];
}
