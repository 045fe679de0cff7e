import type { RemoteTest } from '../ports.ts';
import { selectedRemote } from '../screens/cloud/Cloud.tsx';
import type { Loaded } from '../store/state.ts';
import type { Actions } from './actions.ts';
import { type Controller, toTrouble } from './controller.ts';
import { editConfig } from './edit.ts';
import { openPrompt } from './open-prompt.ts';
import { askToCancel } from './run.ts';
import { askToStart, askToSync, showOutput } from './starting.ts';

/** How long a remote may take to answer all of a test, in ms. */
const limitMs = 3 * 60_000;

/** Asks every remote whether it answers; which there are is read first where that was not done yet. */
export async function testRemotes(controller: Controller): Promise<void> {
	const { cloud } = controller.services;
	if (cloud === undefined) return;
	const read = () => controller.state().data.remotes;
	if (read().value === undefined) await controller.load('remotes');
	const { value: remotes, trouble } = read();
	if (remotes === undefined) controller.say(trouble?.message ?? 'The remotes cannot be read', 'bad');
	for (const { name } of remotes ?? []) {
		if (controller.state().data.tests[name]?.loading) continue;
		const put = (value: Loaded<RemoteTest>) =>
			controller.store.dispatch({ type: 'tested', remote: name, value });
		put({ loading: true });
		cloud
			.test(name, AbortSignal.any([controller.signal, AbortSignal.timeout(limitMs)]))
			.then((value) => put({ value, loading: false }))
			.catch((error: unknown) => put({ trouble: toTrouble(error), loading: false }));
	}
}

function syncArguments(controller: Controller): readonly string[] {
	const { limit } = controller.state().screens.cloud;
	return limit === '' ? ['sync'] : ['sync', '--bwlimit', limit];
}

export const cloudActions: Actions = {
	edit: (controller) => void editConfig(controller),
	sync: (controller) => askToSync(controller, controller.state().screens.cloud.limit),
	'dry-run': (controller) => void showOutput(controller, [...syncArguments(controller), '--dry-run']),
	'cancel-run': askToCancel,
	'test-remote': testRemotes,
	'limit-rate': (controller) =>
		openPrompt(
			controller,
			'limit',
			'At most, for the next sync from here (e.g. 10M; empty: as configured)',
			controller.state().screens.cloud.limit,
		),
	refresh: (controller) => {
		void controller.load('remotes');
		controller.say('Looking again');
	},
	restore: (controller) => {
		const remote = selectedRemote(controller.state());
		if (remote === undefined) return;
		askToStart(controller, {
			title: `Fetch the repository from ${remote.target}?`,
			lines: ['Into a new dated directory; it is checked then. Nothing there is overwritten.'],
			args: ['restore', '--remote', remote.name, '--yes'],
			says: 'Fetching the repository',
		});
	},
	command: (controller) => {
		controller.copy(controller.services.runs?.commandLine(syncArguments(controller)) ?? '', 'command');
	},
};
