import type { StackEntry, StackList } from '../ports.ts';
import { rowsOf, selectedStack } from '../screens/stacks/Stacks.tsx';
import type { StackSort, StackUndo } from '../store/state.ts';
import { listStart } from '../widgets/list.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Controller } from './controller.ts';
import type { Actions } from './perform.ts';
import { openPicker } from './picker.ts';
import { openRestore } from './restore.ts';
import { askToBackUp, dryRun } from './starting.ts';

const mostUndo = 50;

/** @returns where a stack is in the list as shown, -1 when it is not */
export function rowIndex(controller: Controller, key: string): number {
	return rowsOf(controller.state()).findIndex((row) => row.entry.key === key);
}

function shown(controller: Controller, list: StackList): void {
	controller.store.dispatch({ type: 'loaded', part: 'stacks', value: { value: list, loading: false } });
}

/** Runs one edit of the dirlist after the other: the file is written once per edit, in the order of the keys. */
let edits: Promise<unknown> = Promise.resolve();
function save(
	controller: Controller,
	edit: () => Promise<StackList>,
	says: string,
	undo: StackUndo | undefined,
): void {
	edits = edits
		.then(edit)
		.then((list) => {
			shown(controller, list);
			const { stacks } = controller.state().screens;
			controller.set({
				...stacks,
				savedAt: controller.now(),
				undo: undo === undefined ? stacks.undo : [...stacks.undo, undo].slice(-mostUndo),
			});
			controller.say(undo === undefined ? says : `${says}, saved.  u to undo`, 'ok');
		})
		.catch((error: unknown) => {
			controller.fail(error);
			void controller.load('stacks');
		});
}

/** Shows a change at once, before it is on disk; the saved list replaces it. */
function showEnabled(controller: Controller, changes: readonly { key: string; enabled: boolean }[]): void {
	const { value } = controller.state().data.stacks;
	if (value === undefined) return;
	const wanted = new Map(changes.map((change) => [change.key, change.enabled]));
	const entries = value.entries.map((entry) => ({
		...entry,
		enabled: wanted.get(entry.key) ?? entry.enabled,
	}));
	shown(controller, { ...value, entries });
}

function setEnabled(controller: Controller, entries: readonly StackEntry[], enabled: boolean): void {
	const { stacks } = controller.services;
	const changed = entries.filter((entry) => entry.enabled !== enabled && entry.unmanageable === undefined);
	const [only] = changed;
	if (stacks === undefined) return;
	if (only === undefined) {
		controller.say(enabled ? 'All of them are on already' : 'All of them are off already');
		return;
	}
	const changes = changed.map((entry) => ({ key: entry.key, enabled }));
	const what = changed.length === 1 ? only.name : `${changed.length} stacks`;
	showEnabled(controller, changes);
	save(controller, () => stacks.setEnabled(changes), `${what} ${enabled ? 'enabled' : 'disabled'}`, {
		kind: 'enabled',
		changes: changes.map(({ key }) => ({ key, enabled: !enabled })),
	});
}

function undo(controller: Controller): void {
	const { stacks } = controller.services;
	const screen = controller.state().screens.stacks;
	const last = screen.undo.at(-1);
	if (stacks === undefined) return;
	if (last === undefined) {
		controller.say('Nothing to undo');
		return;
	}
	controller.set({ ...screen, undo: screen.undo.slice(0, -1) });
	switch (last.kind) {
		case 'enabled':
			showEnabled(controller, last.changes);
			save(controller, () => stacks.setEnabled(last.changes), 'Undone, saved', undefined);
			return;
		case 'added':
			save(controller, () => stacks.remove(last.key), `${last.key} taken off again, saved`, undefined);
			return;
		case 'removed':
			save(controller, () => stacks.putBack(last.entry), `${last.entry.name} put back, saved`, undefined);
			return;
	}
}

/** Adds a stack that lies elsewhere; off, as the older program did. */
export function addExternalPath(controller: Controller, path: string): void {
	const { stacks } = controller.services;
	if (stacks === undefined || path === '') return;
	save(controller, () => stacks.addExternal(path), `${path} added (off)`, { kind: 'added', key: path });
}

/** Takes an external or missing stack off the list. */
export function removeStack(controller: Controller, entry: StackEntry): void {
	const { stacks } = controller.services;
	if (stacks === undefined) return;
	save(controller, () => stacks.remove(entry.key), `${entry.name} taken off the list`, {
		kind: 'removed',
		entry,
	});
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
	backup: (controller) => askToBackUp(controller, selectedStack(controller.state())),
	'dry-run': (controller) => dryRun(controller, selectedStack(controller.state())),
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
