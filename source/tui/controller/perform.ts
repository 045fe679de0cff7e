import type { ActionName } from '../keys/table.ts';
import { screens } from '../screens/registry.ts';
import type { ScreenName } from '../store/state.ts';
import { listStart, moveList } from '../widgets/list.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Actions } from './actions.ts';
import { cloudActions } from './cloud.ts';
import type { Controller } from './controller.ts';
import { doctorActions } from './doctor.ts';
import { homeActions } from './home.ts';
import { logsActions } from './logs.ts';
import { openPrompt } from './open-prompt.ts';
import { currentFilter, setFilter } from './prompts.ts';
import { runActions } from './run.ts';
import { snapshotsActions } from './snapshots.ts';
import { stacksActions } from './stacks.ts';

const own: Readonly<Record<ScreenName, Actions>> = {
	home: homeActions,
	stacks: stacksActions,
	run: runActions,
	snapshots: snapshotsActions,
	cloud: cloudActions,
	logs: logsActions,
	doctor: doctorActions,
	restore: {},
	setup: {},
	menu: {},
};

function move(controller: Controller, how: Parameters<typeof moveList>[1]): void {
	const state = controller.state();
	const focused = screens[state.active].list?.(state);
	if (focused === undefined) return;
	const list = moveList(focused.list, how, focused.count, focused.rows);
	if (list !== focused.list) controller.set(focused.with(list));
}

const everywhere: Actions = {
	up: (controller) => move(controller, 'up'),
	down: (controller) => move(controller, 'down'),
	'page-up': (controller) => move(controller, 'page-up'),
	'page-down': (controller) => move(controller, 'page-down'),
	first: (controller) => move(controller, 'first'),
	last: (controller) => move(controller, 'last'),
	zoom: (controller) => controller.store.dispatch({ type: 'zoom' }),
	redraw: (controller) => controller.redraw(),
	quit: (controller) => controller.exit(0),
	help: (controller) => controller.open({ kind: 'help', input: textInput(), list: listStart }),
	palette: (controller) => controller.open({ kind: 'palette', input: textInput(), list: listStart }),
	menu: (controller) => {
		const { active, screens: all } = controller.state();
		controller.set({ ...all.menu, page: 'main', from: active === 'menu' ? all.menu.from : active });
		controller.go('menu');
	},
	filter: (controller) => {
		const filter = currentFilter(controller);
		if (filter !== undefined) openPrompt(controller, 'filter', 'Filter by name, or on, off', filter);
	},
	back: (controller) => {
		const { zoom, active, tabs } = controller.state();
		if (zoom) controller.store.dispatch({ type: 'zoom' });
		else if ((currentFilter(controller) ?? '') !== '') setFilter(controller, '');
		else if (active !== 'home' && tabs.includes('home')) controller.go('home');
	},
};

/** @returns the actions a screen has, those for all screens included */
export function actionsOn(screen: ScreenName): ReadonlySet<string> {
	return new Set([...Object.keys(own[screen]), ...Object.keys(everywhere)]);
}

/** Does what a key means on the active screen. */
export function perform(controller: Controller, action: ActionName): void {
	const act = own[controller.state().active][action];
	if (act !== undefined && act(controller) !== false) return;
	everywhere[action]?.(controller);
}
