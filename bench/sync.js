import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPlace } from './place.js';
import { alternate, median } from './rounds.js';
import { measure } from './spawn.js';
import { makeStack } from './stacks.js';

/**
 * A sync that finds the remote up to date, beside `rclone sync` of the same directories.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function sync({ rounds, small }) {
	const place = createPlace();
	try {
		const remote = join(place.directory, 'remote');
		const bare = join(place.directory, 'bare');
		mkdirSync(remote);
		const arm = await place.arm('sync', { cloud_sync: { REMOTE: remote, PATH: '/' } });
		const stack = await makeStack(place, { name: 'data', files: small ? 20 : 200, fileBytes: 1e6 });
		// Small packs: a repository has thousands of files, not a dozen.
		await measure('restic', ['backup', '--quiet', '--pack-size', '4', stack.directory], { env: arm.env });
		const plain = () => measure('rclone', ['sync', arm.repository, bare, '--exclude', '/locks/**']);
		await plain();
		await arm.run(['sync']);
		const seen = await alternate(rounds, {
			ours: async () => (await arm.run(['sync'])).ms,
			rclone: async () => (await plain()).ms,
		});
		const what = 'a sync with nothing to do / `rclone sync`';
		return [{ what, ours: median(seen.ours), theirs: median(seen.rclone), unit: 'ms', goal: 1.2 }];
	} finally {
		await place.dispose();
	}
}
