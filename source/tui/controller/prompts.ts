import type { Dialog } from '../store/state.ts';
import { listStart } from '../widgets/list.ts';
import { editText } from '../widgets/text-input.ts';
import type { Controller } from './controller.ts';
import { addExternalPath } from './dirlist-edits.ts';
import { startSearch } from './logs.ts';
import { importOlderConfig } from './setup.ts';

type Prompt = Extract<Dialog, { kind: 'prompt' }>;

/** Sets the filter of the active screen; its list begins at the top then. */
export function setFilter(controller: Controller, filter: string): void {
	const { active, screens } = controller.state();
	if (active === 'home' || active === 'stacks' || active === 'snapshots') {
		controller.set({ ...screens[active], filter, list: listStart });
	}
}

/** @returns the filter or search of the active screen; undefined where there is none */
export function currentFilter(controller: Controller): string | undefined {
	const { active, screens } = controller.state();
	if (active === 'home' || active === 'stacks' || active === 'snapshots') return screens[active].filter;
	return undefined;
}

function apply(controller: Controller, dialog: Prompt, value: string, done: boolean): void {
	switch (dialog.purpose) {
		case 'filter':
			setFilter(controller, value);
			return;
		case 'search':
			if (done) startSearch(controller, value);
			return;
		case 'limit':
			if (done) {
				controller.set({ ...controller.state().screens.cloud, limit: value.trim() });
				controller.say(
					value.trim() === '' ? 'Bandwidth as configured' : `Next sync from here: at most ${value.trim()}`,
				);
			}
			return;
		case 'import':
			if (done) importOlderConfig(controller, value.trim());
			return;
		case 'path':
			if (done) addExternalPath(controller, value.trim());
			return;
	}
}

/** A key in a one-line prompt. Filters act while they are typed; Escape puts the old value back. */
export function promptKey(controller: Controller, dialog: Prompt, key: string): void {
	if (key === 'escape' || key === 'ctrl+c') {
		controller.close();
		apply(controller, dialog, dialog.before, dialog.purpose === 'filter');
		return;
	}
	if (key === 'enter') {
		controller.close();
		apply(controller, dialog, dialog.input.value, true);
		return;
	}
	const input = editText(dialog.input, key);
	if (input === undefined) return;
	controller.open({ ...dialog, input });
	apply(controller, dialog, input.value, false);
}
