import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, inPlace, loseStacks, mountpoint } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	docker,
	initRepository,
	inventory,
	leftovers,
	sleeper,
	stack,
	testHost,
	testImage,
	writeDirlist,
} from './rig/index.ts';

test('data that does not fit the program: gone back by itself with --rollback, else down with a word, and back on request', async () => {
	const host = await testHost({ config: { docker: { SETTLE_SECONDS: 1, UP_TIMEOUT: 15 } } });
	const program = join(host.directory, 'program');
	mkdirSync(program);
	const check = 'cmp -s /data/version /program/version';
	const lines = [
		`volumes: ["data:/data", "${program}:/program"]`,
		`healthcheck: {test: ["CMD-SHELL", "${check}"], interval: 1s, retries: 2}`,
	];
	const app = await stack(host, 'app', composeYaml([sleeper('web', lines)], ['data']));
	await compose(app, ['create']);
	const volume = await mountpoint(host, `${app.project}_data`);
	const release = (version: string) => {
		for (const folder of [program, volume]) writeFileSync(join(folder, 'version'), version);
	};
	const data = () => readFileSync(join(volume, 'version'), 'utf8');
	release('1');
	await compose(app, ['up', '-d', '--wait']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	release('2');
	const before = await inventory(host);

	const back = await cli(host, inPlace(app, '--volume', 'data', '--rollback'), 4);
	expect(back.stdout).toMatch(/is as it was before/);
	expect(back.stdout).toMatch(/unhealthy/);
	expect(data()).toBe('2');
	expect(await inventory(host)).toEqual(before);
	await cli(host, ['recover']);

	const left = await cli(host, inPlace(app, '--volume', 'data'), 7);
	expect(left.stdout).toMatch(/NOT STARTED[\s\S]*--rollback[\s\S]*does not run as it should/);
	expect(data()).toBe('1');
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(data()).toBe('2');
	await compose(app, ['up', '-d', '--wait', '--no-recreate']);
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});

test('an image that cannot be had: everything is restored, the stack is named as not started; recover starts it once it is there', async () => {
	const host = await testHost({ config: { docker: { SETTLE_SECONDS: 1 } } });
	// Nobody listens there: a registry that does not answer.
	const image = `127.0.0.1:1/${host.name}-own:1`;
	onTestFinished(async () => void (await docker(host, ['rmi', '-f', image], { anyCode: true })));
	const seed = `${host.name}-seed`;
	await docker(host, ['create', '--name', seed, testImage, 'true']);
	await docker(host, ['commit', '--change', `LABEL own=${host.name}`, seed, image]);
	await docker(host, ['rm', seed]);
	const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']);
	const app = await stack(host, 'app', yaml.replace(testImage, image));
	await compose(app, ['up', '-d']);
	writeFileSync(join(await mountpoint(host, `${app.project}_data`), 'file'), 'kept');
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const before = await inventory(host);
	const archive = join(host.directory, 'image.tar');
	await docker(host, ['save', '-o', archive, image]);
	await loseStacks(host, [app]);
	await docker(host, ['rmi', image]);

	// It did not run on this machine before: a restore that failed, no stack that was up and is down.
	const gone = await cli(host, inPlace(app), 4);
	expect(gone.stdout).toMatch(/NOT STARTED/);
	expect(gone.stdout).toContain(`restored but not started: no image ${image}`);
	expect(gone.stdout).toMatch(/hint: bring it: docker pull, docker load/);
	expect(readFileSync(join(await mountpoint(host, `${app.project}_data`), 'file'), 'utf8')).toBe('kept');
	await cli(host, ['recover'], 4);
	await docker(host, ['load', '-i', archive]);
	await cli(host, ['recover']);
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});
