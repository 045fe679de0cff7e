import { copyFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFiles } from './repository-damage.ts';
import {
	composeYaml,
	initRepository,
	restic,
	runCli,
	sleeper,
	snapshots,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

async function backedUp() {
	const host = await testHost();
	await initRepository(host);
	const app = await stack(host, 'app', composeYaml([sleeper('web')]), { files: { data: 'x'.repeat(5000) } });
	await writeDirlist(host, { [app.name]: true });
	expect((await runCli(host, ['backup'])).code).toBe(0);
	return { host, app };
}

test.each(['cut', 'gone'])(
	'a pack that is %s since the last backup: the new one is not called good, and nothing is forgotten',
	async (how) => {
		const { host, app } = await backedUp();
		const [pack = ''] = await dataFiles(host);
		const kept = join(host.directory, 'kept');
		await copyFile(pack, kept);
		if (how === 'cut') await truncate(pack, Math.floor((await stat(pack)).size / 2));
		else await rename(pack, `${kept}-too`);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stdout + result.stderr).not.toBe(0);
		expect(result.stdout + result.stderr).toContain(pack.slice(-64));
		expect((await snapshots(host)).length).toBeGreaterThan(0);
		// It is said again the next day, until the file is back.
		expect((await runCli(host, ['backup'])).code).not.toBe(0);
		await rm(pack, { force: true });
		await rename(kept, pack);
		const mended = await runCli(host, ['backup', app.name]);
		expect(mended.code, mended.stdout + mended.stderr).toBe(0);
	},
);

test("somebody else's prune is no damage", async () => {
	const { host, app } = await backedUp();
	await writeFile(join(app.directory, 'data'), 'y'.repeat(5000));
	expect((await runCli(host, ['backup', '--no-retention'])).code).toBe(0);
	const [oldest] = await snapshots(host);
	await restic(host, ['forget', '--prune', '--max-unused', '0', '-q', oldest?.id ?? '']);
	const result = await runCli(host, ['backup']);
	expect(result.code, result.stdout + result.stderr).toBe(0);
});
