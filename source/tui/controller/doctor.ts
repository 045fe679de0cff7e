import { layoutKind } from '../layout.ts';
import type { DoctorCheck } from '../ports.ts';
import { selectedCheck } from '../screens/doctor/Doctor.tsx';
import { checkList, withCheckList } from '../selectors/checks.ts';
import { listStart } from '../widgets/list.ts';
import type { Actions } from './actions.ts';
import type { Controller } from './controller.ts';
import { editConfig } from './edit.ts';
import { askToCheck, askToStart } from './starting.ts';

/** What a fix that writes files would write, as its own dry run says it. */
async function whatItWrites(controller: Controller, command: readonly string[]): Promise<readonly string[]> {
	const { runs } = controller.services;
	if (runs === undefined || command[0] !== 'schedule') return [];
	const lines: string[] = [];
	await runs.output([...command, '--dry-run'], (line) => lines.push(line));
	return lines.filter((line) => line.startsWith('would write '));
}

/** Asks before the fix of a check is run; one that only looks is done at once. */
async function runFix(controller: Controller, check: DoctorCheck): Promise<void> {
	const [name, id] = check.command ?? [];
	if (check.command === undefined) return;
	if (name === 'logs') {
		const { logs } = controller.state().screens;
		controller.set({ ...logs, ...(id === undefined ? {} : { id }), list: listStart });
		controller.go('logs');
		return;
	}
	try {
		const writes = await whatItWrites(controller, check.command);
		askToStart(controller, {
			title: `Run the fix for ${check.title}?`,
			lines: [check.text, ...writes],
			args: check.command,
			says: `${check.title}: the fix was run`,
		});
	} catch (error) {
		controller.fail(error);
	}
}

export const doctorActions: Actions = {
	refresh: (controller) => {
		controller.store.dispatch({ type: 'loaded', part: 'checks', value: { loading: true } });
		void controller.load('checks');
	},
	edit: (controller) => void editConfig(controller),
	check: (controller) => askToCheck(controller),
	open: (controller) => {
		const state = controller.state();
		// From here on the cursor stays on it, whatever else is found.
		const doctor = withCheckList(state, checkList(state));
		const check = selectedCheck(state);
		// First what is wrong is read, then it is mended.
		const read = doctor.detail || layoutKind(state.size) === 'wide';
		if (read && check?.command !== undefined) {
			controller.set(doctor);
			void runFix(controller, check);
		} else controller.set({ ...doctor, detail: !doctor.detail });
	},
	command: (controller) => {
		const check = selectedCheck(controller.state());
		// A sentence is no command: it is never copied as one.
		if (check?.fix !== undefined && check.command === undefined) controller.copy(check.fix, 'advice');
		else
			controller.copy(controller.services.runs?.commandLine(check?.command ?? ['doctor']) ?? '', 'command');
	},
	back: (controller) => {
		const { doctor } = controller.state().screens;
		if (!doctor.detail) return false;
		controller.set({ ...doctor, detail: false });
		return true;
	},
};
