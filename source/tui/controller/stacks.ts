import { rowsOf, selectedStack } from '../screens/stacks/Stacks.tsx';
import type { StackRow } from '../selectors/stacks.ts';
import type { StackSort } from '../store/state.ts';
import { listStart } from '../widgets/list.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Actions } from './actions.ts';
import type { Controller } from './controller.ts';
import { removeStack, setEnabled, undo } from './dirlist-edits.ts';
import { editComposeFile, editDirlist } from './edit.ts';
import { openPicker } from './picker.ts';
import { openRestore } from './restore.ts';
import { askToBringUp, askToTakeDown } from './stack-runs.ts';
import { askToBackUp, dryRun } from './starting.ts';

/** @returns where a stack is in the list as shown, -1 when it is not */
export function rowIndex(controller: Controller, key: string): number {
	return rowsOf(controller.state()).findIndex((row) => row.entry.key === key);
}

function askToRemove(controller: Controller): void {
	const entry = selectedStack(controller.state())?.entry;
	if (entry === undefined) return;
	if (!entry.external && !entry.missing) {
		controller.say('Only external or missing stacks can be taken off; Space turns this one off', 'warning');
		return;
	}
	if (entry.external) {
		removeStack(controller, entry);
		return;
	}
	controller.open({
		kind: 'confirm',
		title: `Take ${entry.name} off the list?`,
		lines: ['Its directory is gone. Its snapshots stay in the repository.'],
		intent: { kind: 'remove-stack', entry },
		input: textInput(),
	});
}

/** Here a key is about one stack: with none selected it must not mean all. */
function withSelected(controller: Controller, work: (row: StackRow) => void): void {
	const row = selectedStack(controller.state());
	if (row === undefined) controller.say('No stack is selected');
	else work(row);
}

const sorts: readonly StackSort[] = ['name', 'state', 'size', 'last'];

export const stacksActions: Actions = {
	toggle: (controller) => {
		const row = selectedStack(controller.state());
		if (row === undefined) return;
		if (row.entry.unmanageable !== undefined)
			controller.say(`${row.entry.name} cannot be managed: ${row.entry.unmanageable}`, 'warning');
		else setEnabled(controller, [row.entry], !row.entry.enabled);
	},
	'toggle-all': (controller) =>
		setEnabled(
			controller,
			rowsOf(controller.state()).map((row) => row.entry),
			true,
		),
	'toggle-none': (controller) =>
		setEnabled(
			controller,
			rowsOf(controller.state()).map((row) => row.entry),
			false,
		),
	undo,
	'add-external': openPicker,
	'remove-external': askToRemove,
	sort: (controller) => {
		const { stacks } = controller.state().screens;
		const sort = sorts[(sorts.indexOf(stacks.sort) + 1) % sorts.length] ?? 'name';
		controller.set({ ...stacks, sort, list: listStart });
	},
	backup: (controller) => withSelected(controller, (row) => askToBackUp(controller, row)),
	'stack-down': (controller) => askToTakeDown(controller, selectedStack(controller.state())),
	'stack-up': (controller) => askToBringUp(controller, selectedStack(controller.state())),
	edit: (controller) => {
		const key = selectedStack(controller.state())?.entry.key;
		if (key !== undefined) void editComposeFile(controller, key);
	},
	'edit-dirlist': (controller) => void editDirlist(controller),
	'dry-run': (controller) => withSelected(controller, (row) => dryRun(controller, row)),
	restore: (controller) => openRestore(controller, selectedStack(controller.state())?.entry.name),
	refresh: (controller) => {
		for (const part of ['stacks', 'states'] as const) void controller.load(part);
		controller.say('Looking again');
	},
	'copy-id': (controller) => {
		const entry = selectedStack(controller.state())?.entry;
		if (entry !== undefined) controller.copy(entry.directory, 'path');
	},
	command: (controller) => {
		const entry = selectedStack(controller.state())?.entry;
		const { runs } = controller.services;
		if (entry === undefined || runs === undefined) return;
		const verb = entry.enabled ? 'disable' : 'enable';
		controller.copy(runs.commandLine(['stacks', verb, entry.name]), 'command');
	},
	open: (controller) => {
		const { stacks } = controller.state().screens;
		controller.set({ ...stacks, detail: !stacks.detail, detailTop: 0 });
	},
	pane: (controller) => stacksActions.open?.(controller),
	back: (controller) => {
		const { stacks } = controller.state().screens;
		if (!stacks.detail) return false;
		controller.set({ ...stacks, detail: false, detailTop: 0 });
		return true;
	},
};
