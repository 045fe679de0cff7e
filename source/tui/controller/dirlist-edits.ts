import type { StackEntry, StackList } from '../ports.ts';
import type { StackUndo } from '../store/state.ts';
import type { Controller } from './controller.ts';

/** How many edits can be taken back. */
const mostUndo = 50;

function shown(controller: Controller, list: StackList): void {
	controller.store.dispatch({ type: 'loaded', part: 'stacks', value: { value: list, loading: false } });
}

/** Writes an edit and says so; the port writes them in the order in which they are asked for. */
function save(
	controller: Controller,
	edit: () => Promise<StackList>,
	says: string,
	undo: StackUndo | undefined,
): void {
	edit()
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

/** Turns stacks on or off: on the screen at once, on disk right after. */
export function setEnabled(controller: Controller, entries: readonly StackEntry[], enabled: boolean): void {
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

/** Takes the last edit back. */
export function undo(controller: Controller): void {
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
