import { expect } from 'vitest';
import { bringUp } from '../../source/stacks/bring-up.ts';
import { observeStack } from '../../source/stacks/inventory.ts';
import { planQuiesce, type QuiesceSettings } from '../../source/stacks/plan-quiesce.ts';
import { readLayers } from '../../source/stacks/read-layers.ts';
import { takeDown } from '../../source/stacks/take-down.ts';
import { accessOf, discovered } from './docker-access.ts';
import { dockerLines, inventory as everythingOf, type TestStack } from './rig/index.ts';

/** `down`, and what is not proven is kept. */
export const settings: QuiesceSettings = { method: 'down', onDrift: 'keep', timeoutSeconds: 5 };
/** Short enough for a test that waits for it. */
export const upSettings = { timeoutSeconds: 20 };

/** A stack as a backup sees it before it takes it down. */
export async function observed(app: TestStack, access = accessOf(app.host)) {
	const found = discovered(app);
	const seen = await observeStack(access, found, [found]);
	return { ...seen, layers: await readLayers(access, seen.containers) };
}

/** The plan as a backup makes it. */
export async function planFor(app: TestStack, changes: Partial<QuiesceSettings> = {}) {
	const access = accessOf(app.host);
	const before = await observed(app, access);
	const plan = await planQuiesce(access, before, { ...settings, ...changes });
	return { access, inventory: before.inventory, plan };
}

/** Ids of the containers of a project that run. */
export const running = (app: TestStack, project = app.project) =>
	dockerLines(app.host, ['ps', '-q', '--filter', `label=com.docker.compose.project=${project}`]);

/** Ids of all containers, in all states: equal before and after when they were only stopped. */
export const ids = (app: TestStack) =>
	dockerLines(app.host, ['ps', '-aq', '--filter', `name=${app.host.name}`]).then((all) => all.sort());

/** Takes a stack down and brings it up; what the engine holds must be as before. */
export async function roundTrip(app: TestStack, changes: Partial<QuiesceSettings> = {}) {
	const before = await everythingOf(app.host);
	const { access, inventory, plan } = await planFor(app, changes);
	const { method } = plan;
	// The journal is all a later process has.
	const journaled = JSON.parse(JSON.stringify(inventory)) as typeof inventory;
	const taken = await takeDown(access, inventory, { method, timeoutSeconds: 5 });
	const between = await everythingOf(app.host);
	const report = await bringUp(access, journaled, { method, ...upSettings });
	expect(report.up).toBe(true);
	expect(await everythingOf(app.host)).toEqual(before);
	return { ...plan, taken, between, report };
}

/** `service status` of every container. */
export const statuses = (view: Awaited<ReturnType<typeof everythingOf>>) =>
	view.containers.map(({ service, status }) => `${service} ${status}`);
