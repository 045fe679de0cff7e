import { expect, test } from 'vitest';
import { replacedContainers } from '../../../source/services/restore/lost-layers.ts';
import { withOwnContainers } from '../../../source/services/restore/own-containers.ts';
import type { Inventory, InventoryContainer } from '../../../source/stacks/inventory.ts';
import { container } from '../../stacks/containers.ts';

type Changes = Partial<InventoryContainer>;

const one = (changes: Changes): InventoryContainer => ({
	...container(changes as Parameters<typeof container>[0]),
	...{ autoRemove: false, restartPolicy: 'no', sharesWith: [], volumes: [], anonymousVolumes: [], binds: [] },
	...changes,
});

function inventoryOf(containers: readonly InventoryContainer[], replicas: Record<string, number>): Inventory {
	const project = { project: 'app', workingDir: '/srv/app', configFiles: [], envFiles: [], replicas };
	return { version: 1, stack: 'app', directory: '/srv/app', takenAt: '', projects: [project], containers };
}

test('ids in a snapshot that are not of the same service of this stack here mean no container', () => {
	const own = [one({ id: 'web' }), one({ id: 'db', service: 'db' })];
	const recorded = inventoryOf(
		[
			one({ id: 'web' }),
			one({ id: 'web', number: 2 }),
			one({ id: 'db', service: 'web', number: 3 }),
			one({ id: 'stranger', service: 'db', sharesWith: ['web', 'other'] }),
			one({ id: 'db', service: 'db', project: 'else' }),
		],
		{},
	);
	const { containers } = withOwnContainers(recorded, own);
	expect(containers.map(({ id }) => id.replace(/^0+/, ''))).toEqual(['web', '1', '2', '3', '4']);
	expect(containers[3]?.sharesWith).toEqual(['web']);
});

test('containers that `up` would replace after a restore, and only where it is called', () => {
	const live = inventoryOf(
		[
			one({ id: 'same', service: 'same' }),
			one({ id: 'config', service: 'config', configHash: 'new' }),
			one({ id: 'image', service: 'image', imageId: 'sha256:2' }),
			one({ id: 'inside', service: 'inside', sharesWith: ['same'] }),
			one({ id: 'first', service: 'scaled' }),
			one({ id: 'second', service: 'scaled', number: 2 }),
			one({ id: 'else', service: 'else', configHash: 'new' }),
		],
		{},
	);
	const services = ['same', 'config', 'image', 'inside', 'scaled'];
	const replicas = Object.fromEntries(services.map((name) => [name, 1]));
	const recorded = services.map((service) => one({ id: service === 'same' ? 'gone' : service, service }));
	const question = { live, wanted: inventoryOf(recorded, replicas), makes: false, start: true };
	const replaced = (changes: object = {}) =>
		replacedContainers({ ...question, ...changes }).map(({ id }) => id);
	expect(replaced()).toEqual(['config', 'image', 'inside', 'second']);
	expect(replaced({ start: false })).toEqual([]);
	expect(replaced({ start: false, makes: true })).toEqual(['config', 'image', 'inside', 'second']);
	expect(replaced({ wanted: { ...live, projects: question.wanted.projects } })).toEqual([]);
});
