import { access, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
	compose,
	composeYaml,
	containersOf,
	createHost,
	docker,
	fillDisk,
	loseMount,
	privateEngine,
	sleeper,
	smallDisk,
	stack,
	testHost,
} from './rig/index.ts';

test('a private engine runs stacks apart from the machine, and can be killed and started again', async () => {
	const engine = await privateEngine();
	onTestFinished(() => engine.dispose());
	const host = await createHost({ env: { DOCKER_HOST: engine.address } });
	const app = await stack(host, 'app', composeYaml([sleeper('web', ['restart: always'])]));
	await compose(app, ['up', '-d']);
	expect((await containersOf(host, app.project)).map(({ status }) => status)).toEqual(['running']);
	const machine = await testHost();
	expect(await containersOf(machine, app.project)).toEqual([]);

	await engine.crash();
	expect((await docker(host, ['version'], { anyCode: true })).code).not.toBe(0);
	await engine.start();
	expect((await docker(host, ['version'])).code).toBe(0);
	expect((await containersOf(host, app.project)).map(({ service }) => service)).toEqual(['web']);
	await host.dispose();
	await engine.dispose();
	await expect(access(engine.socket)).rejects.toThrow('ENOENT');
});

test('a small disk can be filled and can vanish', async () => {
	const host = await testHost();
	const disk = join(host.directory, 'disk');
	await smallDisk(disk, 2);
	const filler = await fillDisk(disk);
	expect((await stat(filler)).size).toBeGreaterThan(1_900_000);
	await expect(writeFile(join(disk, 'more'), Buffer.alloc(4096))).rejects.toThrow('ENOSPC');
	await loseMount(disk);
	await expect(access(filler)).rejects.toThrow('ENOENT');
});
