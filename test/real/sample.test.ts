import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inventory, projectRoot, run, testHost, tools } from './rig/index.ts';

test('what `npm start` shows works, twice, and can be removed', async () => {
	const host = await testHost();
	const directory = join(host.directory, 'sample');
	const script = (call: string) => `
		import { placesIn } from '${projectRoot}scripts/sample/places.js';
		import * as sample from '${projectRoot}scripts/sample/sample.js';
		await sample.${call}(placesIn('${directory}', '${host.name}'));`;
	const show = async (call: string) =>
		await run(tools.node, ['--input-type=module', '-e', script(call)], {
			env: host.env,
			cwd: host.directory,
		});

	for (const backups of ['1 backup', '2 backups']) {
		const { stdout } = await show('runSample');
		expect(stdout.match(/same, byte for byte/g)).toHaveLength(2);
		expect(stdout).toContain(`${host.name}-notes: ${backups}`);
	}
	expect((await inventory(host)).containers.map(({ status }) => status)).toEqual(['running', 'running']);

	await show('removeSample');
	expect(await inventory(host)).toEqual({ containers: [], volumes: [] });
});
