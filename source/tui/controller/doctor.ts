import { selectedCheck } from '../screens/doctor/Doctor.tsx';
import { editConfig } from './edit.ts';
import type { Actions } from './perform.ts';
import { askToCheck } from './starting.ts';

export const doctorActions: Actions = {
	refresh: (controller) => {
		controller.store.dispatch({ type: 'loaded', part: 'checks', value: { loading: true } });
		void controller.load('checks');
	},
	edit: (controller) => void editConfig(controller),
	check: (controller) => askToCheck(controller),
	open: (controller) => {
		const { doctor } = controller.state().screens;
		controller.set({ ...doctor, detail: !doctor.detail });
	},
	command: (controller) => {
		const fix = selectedCheck(controller.state())?.fix;
		if (fix === undefined)
			controller.copy(controller.services.runs?.commandLine(['doctor']) ?? '', 'command');
		else controller.copy(fix, 'fix');
	},
	back: (controller) => {
		const { doctor } = controller.state().screens;
		if (!doctor.detail) return false;
		controller.set({ ...doctor, detail: false });
		return true;
	},
};
