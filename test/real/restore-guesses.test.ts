import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	type Host,
	inventory,
	runCli,
	sleeper,
	stack,
	testHost,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';
import { makeRepository } from './sync-rig/repository.ts';

/** A stack that runs, with a backup here and off-site. */
async function scene() {
	const host = await testHost();
	await makeRepository(host);
	await writeConfig(host, {
		cloud_sync: { RCLONE_REMOTE: host.remoteDir },
		restore: { RESTORE_DIR: join(host.directory, 'restored') },
		docker: { SETTLE_SECONDS: 1 },
	});
	const app = await stack(host, 'app', composeYaml([sleeper('web')]), { files: { letter: 'dear' } });
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	for (const args of [['backup'], ['sync']]) {
		const { code, stdout } = await runCli(host, args);
		expect(code, stdout).toBe(0);
	}
	return { host, app };
}

async function refused(host: Host, args: readonly string[], cwd?: string): Promise<string> {
	const { code, stdout, stderr } = await runCli(host, args, cwd === undefined ? {} : { cwd });
	expect(code, `${args.join(' ')}\n${stdout}${stderr}`).toBe(64);
	return stdout + stderr;
}

test('F22: an obvious guess, a missing flag or an empty variable restores nothing and fetches nothing', async () => {
	const { host, app } = await scene();
	const before = await inventory(host);
	writeFileSync(join(app.directory, 'letter'), 'changed');
	const here = readdirSync(host.directory).sort();
	expect(await refused(host, ['restore', app.name])).toContain(`did you mean --stack ${app.name}?`);
	// A word that is no stack of this host may be one of another: on a bare machine none is known.
	expect(await refused(host, ['restore', 'immich'])).toMatch(
		/did you mean --stack immich\?[\s\S]*\.\/immich/,
	);
	expect(await refused(host, ['restore', app.directory])).toContain(`did you mean --stack ${app.name}?`);
	expect(await refused(host, ['restore', `${app.name}/`], host.stacksDir)).toContain('did you mean --stack');
	expect(await refused(host, ['restore', app.name, '--force'])).toContain('did you mean --stack');
	expect(await refused(host, ['restore', ''])).toContain('empty');
	expect(await refused(host, ['restore', '   '])).toContain('not a path');
	expect(await refused(host, ['restore'])).toMatch(/Fetch the whole repository[\s\S]*--yes/);
	for (const empty of ['stack', 'as', 'target', 'confirm', 'snapshot', 'volume', 'include', 'remote'])
		expect(await refused(host, ['restore', `--${empty}`, ''])).toContain('not empty');

	const data = ['restore', '--stack', app.name];
	for (const more of [[], ['--yes', '--confirm', app.name], ['--volume', 'data'], ['--snapshot', 'latest']])
		expect(await refused(host, [...data, ...more])).toMatch(/--target DIR.*--in-place.*--as NAME/);
	expect(await refused(host, [...data, '--delete', '--yes', '--confirm', app.name])).toContain('--in-place');
	expect(await refused(host, [...data, '--target', ''])).toContain('not empty');

	expect(readdirSync(host.directory).sort()).toEqual(here);
	expect(existsSync(join(host.directory, 'restored'))).toBe(false);
	expect(readFileSync(join(app.directory, 'letter'), 'utf8')).toBe('changed');
	expect(await inventory(host)).toEqual(before);
});
