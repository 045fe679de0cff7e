import { type AmongChanges, amongChanges } from '../suite/among-changes.ts';
import { fault } from '../suite/fault.ts';
import { phaseEnd } from '../suite/kill-points.ts';

const backups: AmongChanges = {
	command: 'backup',
	args: () => ['backup'],
	prepare: async (_, { precious }) => precious,
	trials: { short: 3, usual: 20, full: 130 },
};

const recoveries: AmongChanges = {
	command: 'recover',
	args: () => ['recover'],
	prepare: async (trial, { scene, precious }) => {
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		await trial.kill(running, scene, 'everything');
		return precious;
	},
	trials: { short: 2, usual: 12, full: 60 },
};

const limitMs = 1_200_000;

fault(
	96,
	'a changing world: somebody else changes something at steps of a backup',
	(trial) => amongChanges(trial, backups),
	limitMs,
);

fault(
	97,
	'a changing world: somebody else changes something at steps of recover',
	(trial) => amongChanges(trial, recoveries),
	limitMs,
);
