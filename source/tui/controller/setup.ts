import { configuredNow } from '../configured-now.ts';
import type { SetupHint, SetupSchedule } from '../ports.ts';
import { fieldOf, saveStep } from '../screens/setup/steps.ts';
import type { SetupScreen } from '../store/state.ts';
import { editText, insertText, textInput } from '../widgets/text-input.ts';
import { type Controller, toTrouble } from './controller.ts';
import { openPrompt } from './open-prompt.ts';

const screenOf = (controller: Controller): SetupScreen => controller.state().screens.setup;
let lookUp = 0;
let offered: SetupSchedule | undefined;

function withAnswer(screen: SetupScreen): SetupScreen {
	const field = fieldOf(screen.step);
	if (field === undefined) return screen;
	return { ...screen, answers: { ...screen.answers, [field.field]: screen.input.value.trim() } };
}

/** Looks what can be said about the step's answer; an older look that is still under way counts for nothing. */
function look(controller: Controller): void {
	const { setup } = controller.services;
	if (setup === undefined) return;
	lookUp += 1;
	const mine = lookUp;
	const screen = withAnswer(screenOf(controller));
	const field = fieldOf(screen.step);
	if (screen.step === saveStep) return;
	controller.set({
		...screen,
		hints: { ...screen.hints, loading: true },
		preview: setup.preview(screen.answers),
	});
	const work = field === undefined ? setup.tools() : setup.hints(field.field, screen.answers);
	const put = (hints: SetupScreen['hints']) => {
		if (mine === lookUp) controller.set({ ...screenOf(controller), hints });
	};
	work
		.then((value) => put({ value, loading: false }))
		.catch((error: unknown) => put({ trouble: toTrouble(error), loading: false }));
}

/** Begins the setup with what can be guessed. */
export function beginSetup(controller: Controller): void {
	const { setup } = controller.services;
	if (setup === undefined) return;
	controller.set({
		...screenOf(controller),
		answers: setup.defaults,
		configFile: setup.configFile,
		preview: setup.preview(setup.defaults),
		...(setup.olderConfig === undefined ? {} : { olderConfig: setup.olderConfig }),
	});
	look(controller);
}

function goTo(controller: Controller, step: number): void {
	const screen = withAnswer(screenOf(controller));
	const field = fieldOf(step);
	const { trouble: _trouble, ...rest } = screen;
	controller.set({
		...rest,
		step,
		input: textInput(field === undefined ? '' : screen.answers[field.field]),
		hints: { loading: true },
		saving: [],
	});
	look(controller);
}

function firstBad(hints: readonly SetupHint[] | undefined): SetupHint | undefined {
	return hints?.find((hint) => hint.level === 'bad');
}

function next(controller: Controller): void {
	const screen = screenOf(controller);
	if (screen.done) {
		controller.exit(configuredNow);
		return;
	}
	if (screen.step === saveStep) {
		save(controller);
		return;
	}
	const field = fieldOf(screen.step);
	if (field !== undefined && field.optional !== true && screen.input.value.trim() === '') {
		controller.say('This has to be answered', 'warning');
		return;
	}
	if (screen.hints.loading) {
		controller.say('Still looking …');
		return;
	}
	const bad = firstBad(screen.hints.value);
	if (bad !== undefined) {
		controller.say(bad.text, 'bad');
		return;
	}
	goTo(controller, screen.step + 1);
}

function save(controller: Controller): void {
	const { setup } = controller.services;
	const screen = screenOf(controller);
	if (setup === undefined || screen.saving.length > 0) return;
	const { trouble: _trouble, ...rest } = screen;
	controller.set({ ...rest, saving: ['saving'] });
	const done: string[] = [];
	setup
		.save(screen.answers, (text) => {
			done.push(text);
			controller.set({ ...screenOf(controller), saving: [...done] });
		})
		.then((password) => {
			controller.set({
				...screenOf(controller),
				done: true,
				...(password === undefined ? {} : { password }),
			});
			void offerSchedule(controller);
		})
		.catch((error: unknown) =>
			controller.set({ ...screenOf(controller), saving: [], trouble: toTrouble(error) }),
		);
}

/** Shows what the schedule would write; it is written when the person says so. */
async function offerSchedule(controller: Controller): Promise<void> {
	const { setup } = controller.services;
	try {
		offered = await setup?.planSchedule(screenOf(controller).answers);
		if (offered === undefined) return;
		const state = offered.install === undefined ? 'by-hand' : 'offered';
		controller.set({ ...screenOf(controller), schedule: { lines: offered.lines, state } });
	} catch (error) {
		const { message } = toTrouble(error);
		controller.set({ ...screenOf(controller), schedule: { lines: [message], state: 'by-hand' } });
	}
}

async function installSchedule(controller: Controller): Promise<void> {
	const put = (lines: readonly string[], state: NonNullable<SetupScreen['schedule']>['state']) =>
		controller.set({ ...screenOf(controller), schedule: { lines, state } });
	try {
		put(offered?.lines ?? [], 'installing');
		put([(await offered?.install?.()) ?? ''], 'installed');
	} catch (error) {
		const { message, hint } = toTrouble(error);
		put([message, ...(hint === undefined ? [] : [hint])], 'by-hand');
	}
}

/** Takes the older program's config over, and is done then. */
export function importOlderConfig(controller: Controller, path: string): void {
	const { setup } = controller.services;
	if (setup === undefined || path === '') return;
	setup
		.importOlder(path)
		.then((saving) => controller.set({ ...screenOf(controller), step: saveStep, saving, done: true }))
		.catch((error: unknown) => controller.fail(error));
}

/** A key in the setup. @returns true when it was taken */
export function setupKey(controller: Controller, key: string): boolean {
	const screen = screenOf(controller);
	if (key === 'escape' || key === 'ctrl+c') {
		controller.exit(screen.done ? configuredNow : 0);
		return true;
	}
	if (key === 'y' && screen.schedule?.state === 'offered') {
		void installSchedule(controller);
		return true;
	}
	if (key === 'enter' || (key === 'tab' && !screen.done)) {
		next(controller);
		return true;
	}
	if (key === 'shift+tab') {
		if (!screen.done && screen.step > 0) goTo(controller, screen.step - 1);
		return true;
	}
	if (fieldOf(screen.step) === undefined) {
		if (key === 'm' && !screen.done)
			openPrompt(controller, 'import', 'Config of the older program', screen.olderConfig ?? '');
		return key === 'm';
	}
	const input = editText(screen.input, key);
	if (input === undefined) return false;
	controller.set({ ...screen, input });
	look(controller);
	return true;
}

/** A paste in the setup: into the field of the step. */
export function setupPaste(controller: Controller, text: string): boolean {
	const screen = screenOf(controller);
	if (fieldOf(screen.step) === undefined) return false;
	controller.set({ ...screen, input: insertText(screen.input, text) });
	look(controller);
	return true;
}
