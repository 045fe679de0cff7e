import { logRows } from '../screens/logs/Logs.tsx';
import type { LogsScreen, LogTime } from '../store/state.ts';
import { listStart } from '../widgets/list.ts';
import type { Actions } from './actions.ts';
import type { Controller } from './controller.ts';
import { pageLog } from './edit.ts';
import { logPosition } from './log-feed.ts';
import { openPrompt } from './open-prompt.ts';
import { goToNeighbour } from './run.ts';

const levels: readonly LogsScreen['level'][] = ['debug', 'info', 'warn', 'error'];
const times: readonly LogTime[] = ['clock', 'date', 'none'];

function next<T>(values: readonly T[], value: T): T {
	return values[(values.indexOf(value) + 1) % values.length] as T;
}

function step(controller: Controller, direction: 1 | -1): void {
	goToNeighbour(controller, controller.state().screens.logs, direction);
}

async function find(controller: Controller, direction: 1 | -1): Promise<void> {
	const { search } = controller.state().screens.logs;
	if (search === '') return openPrompt(controller, 'search', 'Search the log', '');
	if ((await controller.findInLog(direction)) === 'none')
		controller.say(`${search} is not in this log`, 'warning');
}

/** Searches from the selected line on; an empty text ends the search. */
export function startSearch(controller: Controller, text: string): void {
	controller.set({ ...controller.state().screens.logs, search: text });
	if (text !== '') void find(controller, 1);
}

export const logsActions: Actions = {
	follow: (controller) => {
		const state = controller.state();
		const screen = state.screens.logs;
		const list = logPosition(screen, state.data.log.total, logRows(state));
		controller.set({ ...screen, follow: !screen.follow, list });
	},
	level: (controller) => {
		const screen = controller.state().screens.logs;
		controller.set({ ...screen, level: next(levels, screen.level), list: listStart });
	},
	wrap: (controller) => {
		const screen = controller.state().screens.logs;
		controller.set({ ...screen, wrap: !screen.wrap });
	},
	time: (controller) => {
		const screen = controller.state().screens.logs;
		controller.set({ ...screen, time: next(times, screen.time) });
	},
	filter: (controller) =>
		openPrompt(controller, 'search', 'Search the log', controller.state().screens.logs.search),
	'find-next': (controller) => void find(controller, 1),
	'find-previous': (controller) => void find(controller, -1),
	'previous-run': (controller) => step(controller, 1),
	'next-run': (controller) => step(controller, -1),
	pager: (controller) => void pageLog(controller, controller.state().data.log.run),
	'copy-id': (controller) => {
		const state = controller.state();
		const { log } = state.data;
		const { cursor } = logPosition(state.screens.logs, log.total, logRows(state));
		const one = log.lines[cursor - log.from];
		if (one !== undefined) controller.copy(`${one.subject}: ${one.text}`, 'line');
	},
	command: (controller) => {
		const { log } = controller.state().data;
		controller.copy(controller.services.runs?.commandLine(['logs', log.run]) ?? '', 'command');
	},
	back: (controller) => {
		const screen = controller.state().screens.logs;
		if (screen.search === '') return false;
		controller.set({ ...screen, search: '' });
		return true;
	},
};
