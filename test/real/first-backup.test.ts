import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	inventory,
	runCli,
	sleeper,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

test('the first dry run shows the plan and the commands, with a repository that is yet to be made, and makes none', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	const before = await inventory(host);

	const without = await runCli(host, ['backup', '--dry-run']);
	expect(without.code).toBe(2);
	expect(without.stdout).toMatch(/there is no repository at .*\n.*backup --init .*--dry-run/);

	const planned = await runCli(host, ['backup', '--init', '--dry-run']);
	expect(planned.code, planned.stdout + planned.stderr).toBe(0);
	expect(planned.stderr).toContain(`would make a new repository at ${host.repository}`);
	expect(planned.stderr).toMatch(
		/plan: 1 stack[\s\S]*would run: .* down [\s\S]*would run: .*restic.* backup /,
	);
	expect(existsSync(host.repository)).toBe(false);
	expect(await inventory(host)).toEqual(before);

	expect((await runCli(host, ['backup', '--init'])).code).toBe(0);
});

test('the plan says that a stack which does not run is copied as it is, and promises no downtime', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	expect((await runCli(host, ['backup', '--init'])).stderr).toMatch(/ {2}running, down/);
	await compose(app, ['stop', '-t', '0']);
	const planned = await runCli(host, ['backup', '--dry-run']);
	expect(planned.stderr).toMatch(/ {2}stopped, copied as it is$/m);
	expect(planned.stderr).not.toMatch(/about .* off/);
});
