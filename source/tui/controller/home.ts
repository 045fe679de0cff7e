import { selectedOnHome } from '../screens/home/home-rows.ts';
import { listStart } from '../widgets/list.ts';
import type { Actions } from './actions.ts';
import type { Controller } from './controller.ts';
import { openRestore } from './restore.ts';
import { rowIndex } from './stacks.ts';
import { askToBackUp, askToSync, dryRun } from './starting.ts';

export const homeActions: Actions = {
	backup: (controller) => askToBackUp(controller),
	'dry-run': (controller) => dryRun(controller),
	sync: (controller) => askToSync(controller),
	restore: (controller) => openRestore(controller, selectedOnHome(controller.state())?.entry.name),
	refresh: (controller) => {
		for (const part of ['stacks', 'states', 'runs', 'overview'] as const) void controller.load(part);
		controller.say('Looking again');
	},
	command: (controller) =>
		controller.copy(controller.services.runs?.commandLine(['status']) ?? '', 'command'),
	open: (controller) => openStack(controller),
};

function openStack(controller: Controller): void {
	const row = selectedOnHome(controller.state());
	if (row === undefined) return;
	const { stacks } = controller.state().screens;
	controller.set({ ...stacks, filter: '', list: listStart });
	const index = rowIndex(controller, row.entry.key);
	controller.set({ ...controller.state().screens.stacks, list: { cursor: Math.max(0, index), top: 0 } });
	controller.go('stacks');
}
