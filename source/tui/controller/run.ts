import { downStacks } from '../run/summary.ts';
import { copyableText } from '../screens/run/log-lines.ts';
import { shownRun } from '../screens/run/Run.tsx';
import { runLookedAt, runningRuns } from '../selectors/runs.ts';
import type { LogsScreen, RunScreen } from '../store/state.ts';
import { fitList, listStart } from '../widgets/list.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Actions } from './actions.ts';
import type { Controller } from './controller.ts';
import { askToBackUp, askToCheck, askToSync, dryRun } from './starting.ts';

/** Asks before a run is cancelled; its stacks come up again. */
export function askToCancel(controller: Controller): void {
	const state = controller.state();
	const looked = runLookedAt(state, state.screens.run.id);
	const run = looked?.status === 'running' ? looked : runningRuns(state)[0];
	if (run === undefined) {
		controller.say('No run is going on');
		return;
	}
	const view = state.data.views[run.id];
	const down = view === undefined ? [] : downStacks(view).map((stack) => stack.stack);
	controller.open({
		kind: 'confirm',
		title: `Cancel ${run.command}?`,
		lines: [
			down.length === 0
				? 'The run ends after its clean-up.'
				: `The copy is cut, ${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} started again, then the run ends.`,
		],
		command: `kill -INT ${run.pid}`,
		intent: { kind: 'cancel', run },
		input: textInput(),
	});
}

/** Goes from the run a screen shows to the one before (+1) or after (-1) it in time; says where it ends. */
export function goToNeighbour(controller: Controller, screen: RunScreen | LogsScreen, step: 1 | -1): void {
	const state = controller.state();
	const runs = state.data.runs.value ?? [];
	const index = runs.findIndex((run) => run.id === runLookedAt(state, screen.id)?.id);
	const id = index < 0 ? undefined : runs[index + step]?.id;
	if (id === undefined) controller.say(step === 1 ? 'There is no earlier run' : 'This is the newest run');
	else controller.set({ ...screen, id, follow: true, list: listStart });
}

function step(controller: Controller, direction: 1 | -1): void {
	goToNeighbour(controller, controller.state().screens.run, direction);
}

export const runActions: Actions = {
	backup: (controller) => askToBackUp(controller),
	'dry-run': (controller) => dryRun(controller),
	sync: (controller) => askToSync(controller),
	check: (controller) => askToCheck(controller),
	'cancel-run': askToCancel,
	follow: (controller) => {
		const screen = controller.state().screens.run;
		controller.set({ ...screen, follow: !screen.follow });
		controller.say(screen.follow ? 'Staying here' : 'Following the newest lines');
	},
	'previous-run': (controller) => step(controller, 1),
	'next-run': (controller) => step(controller, -1),
	command: (controller) => {
		const state = controller.state();
		const log = shownRun(state)?.view?.log ?? [];
		const { list, follow } = state.screens.run;
		const entry = follow
			? log.findLast((one) => one.event.type === 'command')
			: log[fitList(list, log.length, 1).cursor];
		if (entry === undefined) controller.say('No command yet');
		else controller.copy(copyableText(entry), 'command');
	},
	open: (controller) => {
		const shown = shownRun(controller.state());
		if (shown === undefined) return;
		controller.set({ ...controller.state().screens.logs, id: shown.info.id, list: listStart });
		controller.go('logs');
	},
	back: (controller) => {
		const screen = controller.state().screens.run;
		if (screen.id === undefined || controller.state().zoom) return false;
		const { id: _id, ...rest } = screen;
		controller.set({ ...rest, follow: true });
		return true;
	},
};
