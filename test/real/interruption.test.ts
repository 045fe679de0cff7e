import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	type Host,
	initRepository,
	inventory,
	leftovers,
	restic,
	runCli,
	sleeper,
	snapshots,
	stack,
	startCli,
	type TestStack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

/** Bytes that keep restic busy for a second or two: the copy can be hit while it goes on. */
const bulk = 60_000_000;

async function runningStack(): Promise<{ host: Host; app: TestStack }> {
	const host = await testHost({
		config: {
			docker: { SETTLE_SECONDS: 1, TIMEOUT: 5 },
			local_backup: { COMPRESSION: 'max', WARM: 'never' },
		},
	});
	await initRepository(host);
	const app = await stack(host, 'app', composeYaml([sleeper('web'), sleeper('db')]), {
		files: { 'bulk.bin': (await import('node:crypto')).randomBytes(bulk) },
	});
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	return { host, app };
}

const event = (type: string, phase?: string) =>
	new RegExp(phase === undefined ? `"type":"${type}"` : `"type":"${type}",[^\\n]*"phase":"${phase}"`);

describe('a signal', () => {
	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)(
		'%s during the copy: the copy is cut, the stack comes up, exit code %d',
		async (signal, code) => {
			const { host } = await runningStack();
			const before = await inventory(host);
			const cli = startCli(host, ['backup', '--json']);
			await cli.waitFor(event('phase-start', 'copy'));
			cli.kill(signal);
			const result = await cli.done;
			expect(result.code, result.stdout).toBe(code);
			expect(await inventory(host)).toEqual(before);
			expect(await leftovers(host)).toEqual([]);
			expect((await restic(host, ['list', 'locks'])).stdout).toBe('');
			expect((await restic(host, ['check'])).code).toBe(0);
			const next = await runCli(host, ['backup']);
			expect(next.code, next.stderr).toBe(0);
			expect(await snapshots(host)).toHaveLength(1);
		},
	);

	test('during down: what is half down comes up', async () => {
		const { host } = await runningStack();
		const before = await inventory(host);
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor(event('phase-start', 'down'));
		cli.kill('SIGINT');
		expect((await cli.done).code).toBe(130);
		expect(await inventory(host)).toEqual(before);
	});

	test('during up: the stack is brought up all the same; a second Ctrl-C changes nothing', async () => {
		const { host } = await runningStack();
		const before = await inventory(host);
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor(event('phase-start', 'up'));
		cli.kill('SIGINT');
		cli.kill('SIGTERM');
		// Both may arrive at once: which one is first is the kernel's choice.
		expect([130, 143]).toContain((await cli.done).code);
		expect(await inventory(host)).toEqual(before);
	});

	test('three times: leaves at once with 7, names what is owed; recover brings it up', async () => {
		const { host, app } = await runningStack();
		const before = await inventory(host);
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor(event('phase-start', 'copy'));
		cli.kill('SIGINT');
		await cli.waitFor(event('interrupted'));
		cli.kill('SIGINT');
		cli.kill('SIGTERM');
		cli.kill('SIGINT');
		const result = await cli.done;
		if (result.code === 7) {
			expect(result.stdout).toContain(`"owed":["${app.name}"]`);
			const recovered = await runCli(host, ['recover']);
			expect(recovered.code, recovered.stderr).toBe(0);
		} else expect([130, 143]).toContain(result.code);
		expect(await inventory(host)).toEqual(before);
	});

	test('stdout closed: the run goes on to its end', async () => {
		const { host } = await runningStack();
		const before = await inventory(host);
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor(event('phase-start', 'down'));
		cli.child.stdout?.destroy();
		cli.child.stderr?.destroy();
		expect((await cli.done).code).toBe(0);
		expect(await inventory(host)).toEqual(before);
		expect(await snapshots(host)).toHaveLength(1);
	});
});

describe('kill -9', () => {
	test.each([
		['phase-start', 'down'],
		['phase-end', 'down'],
		['phase-start', 'copy'],
		['phase-end', 'copy'],
		['phase-start', 'up'],
		['phase-end', 'up'],
	])('at %s %s: recover brings back what ran, once, and the next backup is whole', async (type, phase) => {
		const { host, app } = await runningStack();
		const before = await inventory(host);
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor(event(type, phase));
		cli.kill('SIGKILL');
		await cli.done;
		const recovered = await runCli(host, ['recover']);
		expect(recovered.code, recovered.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
		const again = await runCli(host, ['recover']);
		expect(again.stdout).toContain('No stack is owed');
		const next = await runCli(host, ['backup']);
		expect(next.code, next.stderr + next.stdout).toBe(0);
		expect(await inventory(host)).toEqual(before);
		const ids = await snapshots(host);
		const whole = ids.at(-1);
		const { stdout } = await restic(host, ['dump', whole?.id as string, join(app.directory, 'compose.yaml')]);
		expect(stdout).toBe(await readFile(join(app.directory, 'compose.yaml'), 'utf8'));
		expect((await restic(host, ['check'])).code).toBe(0);
		expect(await leftovers(host)).toEqual([]);
	});

	test('the next backup recovers by itself before it begins', async () => {
		const { host } = await runningStack();
		const before = await inventory(host);
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor(event('phase-start', 'copy'));
		cli.kill('SIGKILL');
		await cli.done;
		const next = await runCli(host, ['backup']);
		expect(next.stderr).toContain('was left down by an interrupted run, is up again');
		expect(next.code, next.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
	});
});

test('a second run says who is at work and since when; with --lock-wait it waits', async () => {
	const { host } = await runningStack();
	const first = startCli(host, ['backup', '--json']);
	await first.waitFor(event('phase-start', 'copy'));
	const refused = await runCli(host, ['backup']);
	expect(refused.code).toBe(75);
	expect(refused.stdout).toMatch(/backup \(run [\w-]+, pid \d+\) since 20/);
	const waited = await runCli(host, ['backup', '--lock-wait']);
	expect(waited.code, waited.stderr).toBe(0);
	expect(waited.stderr).toContain('waiting for backup');
	expect((await first.done).code).toBe(0);
	expect(await snapshots(host)).toHaveLength(2);
});
