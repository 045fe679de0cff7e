import { scrolledDialog } from '../components/dialog-text.ts';
import { paletteItems } from '../components/palette-lines.ts';
import { listMove } from '../keys/list-move.ts';
import type { Dialog } from '../store/state.ts';
import { fitList, type ListMove, listStart, moveList } from '../widgets/list.ts';
import { editText } from '../widgets/text-input.ts';
import type { Controller } from './controller.ts';
import { carryOut } from './intents.ts';
import { perform } from './perform.ts';
import { pickerKey } from './picker.ts';
import { promptKey } from './prompts.ts';

/** Arrow keys only: for lists under a text field, where letters are typed. */
function arrowMove(key: string): ListMove | undefined {
	return [...key].length === 1 ? undefined : key === 'home' || key === 'end' ? undefined : listMove(key);
}

/** A key while a question is open. `fresh`: it did not arrive together with the key that asked. */
function confirmKey(
	controller: Controller,
	dialog: Extract<Dialog, { kind: 'confirm' }>,
	key: string,
	fresh: boolean,
): void {
	if (key === 'escape' || key === 'ctrl+c') {
		controller.close();
		return;
	}
	if (dialog.typeName === undefined) {
		if (key === 'c' && dialog.command !== undefined) {
			controller.copy(dialog.command, 'command');
			return;
		}
		controller.close();
		if (key === 'y' && fresh) carryOut(controller, dialog.intent);
		else controller.say(key === 'y' ? 'Nothing done: y came together with the question' : 'Nothing done');
		return;
	}
	if (key === 'enter') {
		if (!fresh || dialog.input.value !== dialog.typeName) return;
		controller.close();
		carryOut(controller, dialog.intent);
		return;
	}
	const input = editText(dialog.input, key);
	if (input !== undefined) controller.open({ ...dialog, input });
}

/** A key while a dialog is open: it has all of them. */
export function dialogKey(controller: Controller, dialog: Dialog, key: string, fresh: boolean): void {
	switch (dialog.kind) {
		case 'confirm':
			confirmKey(controller, dialog, key, fresh);
			return;
		case 'prompt':
			promptKey(controller, dialog, key);
			return;
		case 'picker':
			pickerKey(controller, dialog, key);
			return;
		case 'help': {
			if (key === 'escape' || key === 'enter' || key === 'ctrl+c') {
				controller.close();
				return;
			}
			const move = arrowMove(key);
			if (move !== undefined) {
				const top = scrolledDialog(dialog, move, controller.state());
				controller.open({ ...dialog, list: { cursor: top, top } });
				return;
			}
			if (key === '?' && dialog.input.value === '') {
				controller.close();
				return;
			}
			const input = editText(dialog.input, key);
			if (input !== undefined) controller.open({ ...dialog, input, list: listStart });
			return;
		}
		case 'palette': {
			if (key === 'escape' || key === 'ctrl+c') {
				controller.close();
				return;
			}
			const items = paletteItems(controller.state(), dialog.input.value);
			if (key === 'enter') {
				const item = items[fitList(dialog.list, items.length, items.length).cursor];
				controller.close();
				if (item === undefined || !fresh) return;
				if ('screen' in item) controller.go(item.screen);
				else perform(controller, item.action);
				return;
			}
			const move = arrowMove(key);
			if (move !== undefined) {
				controller.open({ ...dialog, list: moveList(dialog.list, move, items.length, 10) });
				return;
			}
			const input = editText(dialog.input, key);
			if (input !== undefined) controller.open({ ...dialog, input, list: listStart });
			return;
		}
		case 'text':
		case 'diff': {
			if (key === 'escape' || key === 'q' || key === 'enter' || key === 'ctrl+c') {
				controller.close();
				return;
			}
			const move = listMove(key);
			if (move === undefined) return;
			if (dialog.kind === 'diff') {
				const count = dialog.entries.value?.length ?? 0;
				controller.open({ ...dialog, list: moveList(dialog.list, move, count, 15) });
				return;
			}
			controller.open({ ...dialog, top: scrolledDialog(dialog, move, controller.state()) });
			return;
		}
	}
}
