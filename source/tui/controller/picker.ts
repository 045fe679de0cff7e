import { dirname } from 'node:path';
import { listMove } from '../keys/list-move.ts';
import { actionOf } from '../keys/lookup.ts';
import type { DirectoryEntry } from '../ports.ts';
import type { Dialog } from '../store/state.ts';
import { fitList, listStart, moveList } from '../widgets/list.ts';
import { type Controller, toTrouble } from './controller.ts';
import { addExternalPath } from './dirlist-edits.ts';
import { openPrompt } from './open-prompt.ts';

type Picker = Extract<Dialog, { kind: 'picker' }>;

/** How long a directory may take to be listed, in ms: a dead network mount must not hold the picker. */
const limitMs = 5000;

function browse(controller: Controller, path: string, offered: readonly DirectoryEntry[] = []): void {
	const { stacks } = controller.services;
	if (stacks === undefined) return;
	controller.open({ kind: 'picker', path, entries: { loading: true }, list: listStart });
	const put = (entries: Picker['entries']) => {
		const { dialog } = controller.state();
		if (dialog?.kind === 'picker' && dialog.path === path) controller.open({ ...dialog, entries });
	};
	const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(limitMs)]);
	const late = new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
	});
	late.catch(() => {});
	Promise.race([stacks.browse(path, signal), late])
		.then((value) => put({ value: [...offered, ...value], loading: false }))
		.catch((error: unknown) => put({ trouble: toTrouble(error), loading: false }));
}

/** Opens the directory picker beside the stacks directory; first come projects that run elsewhere. */
export function openPicker(controller: Controller): void {
	const { stacks, states } = controller.state().data;
	const offered = (states.value?.elsewhere ?? []).map(
		({ project, directory }): DirectoryEntry => ({
			name: directory,
			path: directory,
			stack: true,
			runs: project,
		}),
	);
	browse(controller, stacks.value === undefined ? '/' : dirname(stacks.value.stacksDir), offered);
}

/** A key in the picker: Enter opens, Backspace goes up, `a` adds, `/` takes a typed path. */
export function pickerKey(controller: Controller, dialog: Picker, key: string): void {
	if (key === 'escape' || key === 'q' || key === 'ctrl+c') {
		controller.close();
		return;
	}
	const entries = dialog.entries.value ?? [];
	const chosen = entries[fitList(dialog.list, entries.length, 1).cursor];
	const action = actionOf(key, ['picker', 'list']);
	if (action === 'parent') {
		browse(controller, dirname(dialog.path));
		return;
	}
	if (action === 'open' || action === 'unfold') {
		if (chosen !== undefined) browse(controller, chosen.path);
		return;
	}
	if (action === 'filter') {
		controller.close();
		openPrompt(controller, 'path', 'Absolute path of the stack to add', dialog.path);
		return;
	}
	if (action === 'pick') {
		if (chosen === undefined) return;
		if (!chosen.stack) {
			controller.say(`${chosen.path} has no compose file`, 'warning');
			return;
		}
		controller.close();
		addExternalPath(controller, chosen.path);
		return;
	}
	const move = listMove(key);
	if (move === undefined) return;
	const rows = Math.max(1, controller.state().size.rows - 9);
	controller.open({ ...dialog, list: moveList(dialog.list, move, entries.length, rows) });
}
