import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { backUp, writeData } from '../../real/sync-rig/repository.ts';
import { type AmongChanges, amongChanges } from '../suite/among-changes.ts';
import { fault } from '../suite/fault.ts';
import { preciousFile, type World } from '../suite/world.ts';

const inPlace = ({ scene, app }: World) => [
	...['restore', '--stack', app.name, '--in-place', '--snapshot', [...scene.earlier.keys()][0] ?? ''],
	...['--yes', '--confirm', app.name],
];

const restores: AmongChanges = {
	command: 'restore',
	args: inPlace,
	prepare: async (_, world) => {
		const data = randomBytes(2_000);
		await writeFile(await preciousFile(world), data);
		return data;
	},
	trials: { short: 2, usual: 18, full: 90 },
};

const syncs: AmongChanges = {
	command: 'sync',
	// Plain restic forgets here.
	args: () => ['sync', '--accept-foreign'],
	prepare: async (_, { host, precious }) => {
		const data = await writeData(host, `new-${randomBytes(3).toString('hex')}`, 2, 60_000);
		await backUp(host, data);
		return precious;
	},
	trials: { short: 1, usual: 10, full: 50 },
};

const limitMs = 1_200_000;

fault(
	98,
	'a changing world: somebody else changes something at steps of a restore in place',
	(trial) => amongChanges(trial, restores),
	limitMs,
);

fault(
	99,
	'a changing world: somebody else changes something at steps of a sync',
	(trial) => amongChanges(trial, syncs),
	limitMs,
);
