import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose, composeYaml, type Host, runCli, sleeper, stack, testHost } from './rig/index.ts';

const listOf = async (host: Host, env: Readonly<Record<string, string>> = {}) => {
	const done = await runCli(host, ['stacks', 'list', '--json'], { env });
	expect(done.code).toBe(0);
	const listing = JSON.parse(done.stdout) as {
		readonly stacks: readonly { readonly name: string; readonly state: string; readonly enabled: boolean }[];
		readonly elsewhere: readonly { readonly workingDir: string }[];
		readonly stateError?: { readonly code: string };
	};
	const states = Object.fromEntries(listing.stacks.map((one) => [one.name, [one.state, one.enabled]]));
	return { ...listing, states };
};

test('stacks with their state; a running one that lies elsewhere is offered, and can be added', async () => {
	const host = await testHost();
	const web = await stack(host, 'web', composeYaml([sleeper('web')]));
	const off = await stack(host, 'off', composeYaml([sleeper('web')]));
	const far = await stack(host, 'far', composeYaml([sleeper('web')]), {
		parent: join(host.directory, 'else where'),
	});
	await compose(web, ['up', '-d']);
	await compose(far, ['up', '-d']);

	const before = await listOf(host);
	expect(before.states).toEqual({ [off.name]: ['not_found', false], [web.name]: ['running', false] });
	expect(before.elsewhere.map((one) => one.workingDir)).toContain(far.directory);
	const text = await runCli(host, ['stacks']);
	expect(text.stdout).toMatch(new RegExp(`^off +${web.name} +running 1/1 +new$`, 'm'));
	expect(text.stderr).toContain(
		`add it with: backup-tui --config ${host.configFile} stacks add '${far.directory}'`,
	);

	expect((await runCli(host, ['stacks', 'add', far.directory, '--enable'])).code).toBe(0);
	expect((await runCli(host, ['stacks', 'enable', web.name])).code).toBe(0);
	const after = await listOf(host);
	expect(after.states).toEqual({
		[off.name]: ['not_found', false],
		[web.name]: ['running', true],
		[`${far.name}-external`]: ['running', true],
	});
	expect(after.elsewhere.map((one) => one.workingDir)).not.toContain(far.directory);
});

test('a Docker that does not answer: the list all the same, every state unknown, never stopped', async () => {
	const host = await testHost();
	const web = await stack(host, 'web', composeYaml([sleeper('web')]));
	const env = { DOCKER_HOST: `unix://${host.directory}/nothing.sock` };
	const listing = await listOf(host, env);
	expect(listing.states).toEqual({ [web.name]: ['unknown', false] });
	expect(listing.stateError?.code).toBe('daemon-unreachable');
	expect((await runCli(host, ['stacks'], { env })).stderr).toContain('states are unknown');
});
