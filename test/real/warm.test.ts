import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	compareTrees,
	compose,
	composeYaml,
	initRepository,
	inventory,
	restoreSnapshot,
	runCli,
	sleeper,
	snapshots,
	stack,
	testHost,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

const quick = { docker: { SETTLE_SECONDS: 1, TIMEOUT: 5 } };

async function runningStack() {
	const host = await testHost({ config: quick });
	await initRepository(host);
	const app = await stack(host, 'app', composeYaml([sleeper('web')]), {
		files: { bulk: randomBytes(40_000_000) },
	});
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	return { host, app };
}

const eventsOf = (text: string) =>
	text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));

test('a first backup carries the bulk while the stack runs; its snapshot is whole and the warm one is gone', async () => {
	const { host, app } = await runningStack();
	const before = await inventory(host);
	const result = await runCli(host, ['backup', '--json']);
	expect(result.code, result.stdout).toBe(0);
	const events = eventsOf(result.stdout);
	const order = events.filter((event) => event.type === 'phase-end').map((event) => event.phase);
	expect(order.slice(0, 5)).toEqual(['warm', 'gate', 'down', 'copy', 'up']);
	const { addedInCopyBytes, addedBytes } = events.find((event) => event.type === 'snapshot');
	expect(addedInCopyBytes).toBeLessThan(1_000_000);
	// F25: one number everywhere. The report tells of the bulk all the same: it is in the repository now.
	const end = events.find((event) => event.type === 'stack-end');
	expect(end.addedBytes).toBeGreaterThan(40_000_000);
	expect(events.at(-1)).toMatchObject({ type: 'run-end', addedBytes: end.addedBytes });
	expect(addedBytes).toBe(end.addedBytes);
	const listed = JSON.parse((await runCli(host, ['snapshots', '--json'])).stdout);
	expect(listed.stacks[0].snapshots[0].addedBytes).toBe(end.addedBytes);
	expect(await inventory(host)).toEqual(before);
	const [only, ...others] = await snapshots(host);
	expect(others).toEqual([]);
	expect(only?.tags).toContain(app.name);
	const restored = await restoreSnapshot(host, only?.id as string);
	expect(await compareTrees(app.directory, join(restored, app.directory))).toEqual([]);
});

test('what changes between the warm pass and the downtime is in the snapshot', async () => {
	const { host, app } = await runningStack();
	const { startCli } = await import('./rig/index.ts');
	const cli = startCli(host, ['backup', '--json', '--warm', 'always']);
	await cli.waitFor(/"type":"phase-end","phase":"warm"/);
	await writeFile(join(app.directory, 'late'), 'written after the warm pass\n');
	expect((await cli.done).code).toBe(0);
	const [only] = await snapshots(host);
	const restored = await restoreSnapshot(host, only?.id as string);
	expect(await compareTrees(app.directory, join(restored, app.directory))).toEqual([]);
});

test('a stack over its downtime budget is left out when the config says so, and the report says what was expected', async () => {
	const { host, app } = await runningStack();
	expect((await runCli(host, ['backup'])).code).toBe(0);
	const again = await runCli(host, ['backup']);
	expect(again.stdout).toMatch(/off [\d.]+s \(expected [\d.]+s\)/);
	await writeConfig(host, { ...quick, [`stack:${app.name}`]: { DOWNTIME_BUDGET: 1, OVER_BUDGET: 'skip' } });
	await writeFile(
		join(host.stateDir, 'history.ndjson'),
		`${JSON.stringify({ at: new Date().toISOString(), run: 'r', stack: app.name, outcome: 'ok', ms: 1, downtimeMs: 90_000 })}\n`,
	);
	const skipped = await runCli(host, ['backup']);
	expect(skipped.code).toBe(2);
	expect(skipped.stdout).toContain('1m30s of downtime expected, 1s allowed');
});
