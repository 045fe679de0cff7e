import { screenOfNumber } from '../components/tab-bar.ts';
import { actionOf } from '../keys/lookup.ts';
import type { InputEvent } from '../keys/parse.ts';
import { screens } from '../screens/registry.ts';
import { insertText } from '../widgets/text-input.ts';
import type { Controller } from './controller.ts';
import { dialogKey } from './dialog-keys.ts';
import { menuKey } from './menu.ts';
import { perform } from './perform.ts';
import { restoreKey, restorePaste } from './restore.ts';
import { setupKey, setupPaste } from './setup.ts';

/** Puts a paste into the text field that has the keys. @returns false when there is none */
function pasteIntoField(controller: Controller, text: string): boolean {
	const { dialog, active } = controller.state();
	if (dialog !== undefined && 'input' in dialog) {
		// A name typed to confirm stays typed: a paste must not be able to say yes.
		if (dialog.kind === 'confirm') return false;
		controller.open({ ...dialog, input: insertText(dialog.input, text) });
		return true;
	}
	if (dialog !== undefined) return false;
	if (active === 'setup') return setupPaste(controller, text);
	return active === 'restore' && restorePaste(controller, text);
}

/**
 * Turns what the person did into what happens. Keys act one by one in their order; a paste goes into a text field or
 * nowhere; a question is never answered by a key that arrived together with the one that asked it.
 */
export function createInputHandler(controller: Controller): (event: InputEvent) => void {
	let askedIn = -1;
	return (event) => {
		if (event.kind === 'paste') {
			if (!pasteIntoField(controller, event.text))
				controller.say(`A paste of ${event.text.length} characters was dropped: nothing here takes text`);
			return;
		}
		const { dialog } = controller.state();
		if (dialog !== undefined) {
			dialogKey(controller, dialog, event.key, event.batch !== askedIn);
		} else {
			screenKey(controller, event.key);
		}
		const after = controller.state().dialog;
		if (after !== undefined && after.kind !== dialog?.kind) askedIn = event.batch;
	};
}

function screenKey(controller: Controller, key: string): void {
	const state = controller.state();
	if (state.active === 'setup' && setupKey(controller, key)) return;
	if (state.active === 'restore' && restoreKey(controller, key)) return;
	if (state.active === 'menu' && menuKey(controller, key)) return;
	const action = actionOf(key, screens[state.active].contexts(state));
	if (action !== undefined) {
		perform(controller, action);
		return;
	}
	const screen = /^\d$/.test(key) ? screenOfNumber(key, state.tabs) : undefined;
	if (screen !== undefined) controller.go(screen);
}
