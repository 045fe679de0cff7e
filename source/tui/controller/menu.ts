import { layoutKind } from '../layout.ts';
import { isAvailable, type MenuChoice, menuItems } from '../screens/menu/menu-pages.ts';
import { listStart } from '../widgets/list.ts';
import { textInput } from '../widgets/text-input.ts';
import { testRemotes } from './cloud.ts';
import type { Controller } from './controller.ts';
import { askToBackUp, askToCheck, askToStart, askToSync, dryRun, showOutput } from './starting.ts';

/** Does what a line of the menu says. */
export function chooseMenuItem(controller: Controller, index: number): void {
	const state = controller.state();
	if (state.active !== 'menu') return;
	const item = menuItems(state)[index];
	if (item === undefined) return;
	if (isAvailable(item, state)) carryOutChoice(controller, item.choice);
	else controller.say('No remote is configured: see [cloud_sync] in config.ini', 'warning');
}

function carryOutChoice(controller: Controller, choice: MenuChoice): void {
	const { menu } = controller.state().screens;
	if (choice.kind === 'page') {
		controller.set({ ...menu, page: choice.page });
		return;
	}
	if (choice.kind === 'go') {
		controller.go(choice.screen);
		return;
	}
	switch (choice.what) {
		case 'leave':
			controller.exit(0);
			return;
		case 'backup':
			askToBackUp(controller);
			return;
		case 'backup-preview':
			dryRun(controller);
			return;
		case 'sync':
			askToSync(controller);
			return;
		case 'sync-preview':
			void showOutput(controller, ['sync', '--dry-run']);
			return;
		case 'test-remotes':
			controller.go('cloud');
			void testRemotes(controller);
			return;
		case 'remote-size':
			controller.go('cloud');
			void controller.load('remotes');
			return;
		case 'fetch-repository':
		case 'restore':
			askToStart(controller, {
				title: 'Fetch the repository from the remote?',
				lines: ['Into a new dated directory; it is checked then. Nothing there is overwritten.'],
				args: ['restore', '--yes'],
				says: 'Fetching the repository',
			});
			return;
		case 'fetch-preview':
			void showOutput(controller, ['restore', '--dry-run']);
			return;
		case 'status':
			void showOutput(controller, ['status']);
			return;
		case 'health':
			void showOutput(controller, ['health']);
			return;
		case 'verify':
			askToCheck(controller);
			return;
	}
}

/**
 * A key on the menu. The list is ink-select-input's, which reads keys itself: it gets them one at a time.
 *
 * @returns true when the key was taken
 */
export function menuKey(controller: Controller, key: string): boolean {
	const state = controller.state();
	const { menu } = state.screens;
	const items = menuItems(state);
	if (key === 'escape' || key === 'backspace' || key === 'left' || key === 'h') {
		if (menu.page !== 'main') controller.set({ ...menu, page: 'main' });
		else controller.go(menu.from);
		return true;
	}
	if (key === '0' && menu.page === 'main') {
		controller.exit(0);
		return true;
	}
	if (key === 'm' && !items.some((item) => item.letter === 'm')) {
		controller.go(menu.from);
		return true;
	}
	if (key === '?') {
		controller.open({ kind: 'help', input: textInput(), list: listStart });
		return true;
	}
	const byLetter = items.findIndex((item) => item.letter === key.toLowerCase());
	if (byLetter >= 0) {
		chooseMenuItem(controller, byLetter);
		return true;
	}
	if (!/^(up|down|j|k|enter|[1-9])$/.test(key)) return false;
	// On a small terminal there is no widget on the screen, only numbers.
	if (layoutKind(state.size) === 'minimal') {
		if (/^[1-9]$/.test(key)) chooseMenuItem(controller, Number(key) - 1);
		return true;
	}
	controller.feedWidget(key);
	return true;
}
