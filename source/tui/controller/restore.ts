import { listMove } from '../keys/list-move.ts';
import { layoutKind } from '../layout.ts';
import type { SnapshotEntry } from '../ports.ts';
import { choiceCount } from '../screens/restore/Restore.tsx';
import { planRows, restorableStacks, snapshotChoices } from '../screens/restore/step-lines.ts';
import type { RestoreScreen, RestoreStep } from '../store/state.ts';
import { fitList, listStart, moveList } from '../widgets/list.ts';
import { editText, insertText, textInput } from '../widgets/text-input.ts';
import { type Controller, toTrouble } from './controller.ts';

const order: readonly RestoreStep[] = ['source', 'what', 'where', 'review', 'run'];
const screenOf = (controller: Controller): RestoreScreen => controller.state().screens.restore;

/** Opens the wizard: on a snapshot when one was chosen, else at its first step. */
export function openRestore(
	controller: Controller,
	stack: string | undefined,
	snapshot?: SnapshotEntry,
	include: readonly string[] = [],
): void {
	const { restore } = controller.services;
	if (restore === undefined) {
		controller.say('Restore from here is not there yet: backup-tui help restore', 'warning');
		return;
	}
	const name = stack ?? '';
	const path = snapshot === undefined ? '' : restore.defaultTarget(name, snapshot.shortId);
	if (controller.state().data.snapshots.value === undefined) void controller.load('snapshots');
	const { active } = controller.state();
	controller.set({
		name: 'restore',
		from: active,
		remotes: restore.remotes,
		step: snapshot === undefined ? (restore.remotes.length > 0 ? 'source' : 'what') : 'where',
		list: listStart,
		request: { stack: name, snapshot: snapshot?.id ?? '', include, target: { kind: 'directory', path } },
		targetInput: textInput(path),
		inPlace: false,
		plan: { loading: false },
		planTop: 0,
		command: '',
		confirmInput: textInput(),
	});
	controller.go('restore');
}

function goTo(controller: Controller, step: RestoreStep, change: Partial<RestoreScreen> = {}): void {
	controller.set({ ...screenOf(controller), list: listStart, ...change, step });
}

function review(controller: Controller): void {
	const screen = screenOf(controller);
	const path = screen.targetInput.value.trim();
	if (!screen.inPlace && !path.startsWith('/')) {
		controller.say('The folder has to be an absolute path', 'warning');
		return;
	}
	const target = screen.inPlace ? ({ kind: 'in-place' } as const) : ({ kind: 'directory', path } as const);
	const request = { ...screen.request, target };
	const { restore, runs } = controller.services;
	const command = restore === undefined ? '' : (runs?.commandLine(restore.args(request)) ?? '');
	const fresh = { plan: { loading: true }, planTop: 0, confirmInput: textInput() };
	goTo(controller, 'review', { request, command, ...fresh });
	const lines: string[] = [];
	const show = (loading: boolean) => {
		const now = screenOf(controller);
		if (now.request === request) controller.set({ ...now, plan: { value: [...lines], loading } });
	};
	controller.services.restore
		?.plan(request, (text) => {
			if (lines.length < 2000) lines.push(text);
		})
		.then(() => show(false))
		.catch((error: unknown) => {
			const now = screenOf(controller);
			if (now.request === request)
				controller.set({ ...now, plan: { trouble: toTrouble(error), loading: false } });
		});
}

function chooseWhat(controller: Controller): void {
	const state = controller.state();
	const screen = screenOf(controller);
	const at = fitList(screen.list, choiceCount(state), 1).cursor;
	if (screen.request.stack === '') {
		const stack = restorableStacks(state)[at];
		if (stack !== undefined) goTo(controller, 'what', { request: { ...screen.request, stack } });
		return;
	}
	const snapshot = snapshotChoices(state)[at];
	if (snapshot === undefined) return;
	const path = controller.services.restore?.defaultTarget(screen.request.stack, snapshot.shortId) ?? '';
	goTo(controller, 'where', {
		request: { ...screen.request, snapshot: snapshot.id },
		targetInput: textInput(path),
	});
}

function next(controller: Controller): void {
	const screen = screenOf(controller);
	switch (screen.step) {
		case 'source': {
			const { cursor } = fitList(screen.list, choiceCount(controller.state()), 1);
			const { fromRemote: _from, ...request } = screen.request;
			const remote = cursor === 0 ? undefined : screen.remotes[cursor - 1];
			goTo(controller, 'what', {
				request: remote === undefined ? request : { ...request, fromRemote: remote },
			});
			return;
		}
		case 'what':
			chooseWhat(controller);
			return;
		case 'where':
			review(controller);
			return;
		case 'review':
		case 'run':
			start(controller);
			return;
	}
}

function start(controller: Controller): void {
	const { request, confirmInput, plan } = screenOf(controller);
	if (plan.trouble !== undefined) {
		controller.say('It cannot be done so; Shift-Tab goes back', 'warning');
		return;
	}
	const { restore } = controller.services;
	if (restore === undefined) return;
	if (plan.loading) {
		controller.say('Wait for what it would change');
		return;
	}
	if (request.target.kind === 'in-place' && confirmInput.value !== request.stack) {
		controller.say(`Type ${request.stack} first`, 'warning');
		return;
	}
	void controller.start(restore.args(request), `Restore of ${request.stack} started`);
}

function back(controller: Controller): void {
	const { step, remotes, from } = screenOf(controller);
	const first = remotes.length > 0 ? 'source' : 'what';
	const before = order[order.indexOf(step) - 1];
	if (step === first || before === undefined) controller.go(from);
	else goTo(controller, before);
}

/** How far the text of the dry run can be scrolled: to its last row. */
function planCount(controller: Controller): number {
	const { size, screens } = controller.state();
	const border = layoutKind(size) === 'minimal' ? 0 : 2;
	return planRows(screens.restore, size.columns - border).length;
}

/** The text field of the step, and how a change of it is put back. */
function field(screen: RestoreScreen): 'targetInput' | 'confirmInput' | undefined {
	if (screen.step === 'where') return screen.inPlace ? undefined : 'targetInput';
	return screen.step === 'review' && screen.request.target.kind === 'in-place' ? 'confirmInput' : undefined;
}

/** A key in the wizard. @returns true when it was taken */
export function restoreKey(controller: Controller, key: string): boolean {
	const screen = screenOf(controller);
	if (key === 'escape') {
		controller.go(screen.from);
		controller.say('Nothing was restored');
		return true;
	}
	if (key === 'enter') {
		next(controller);
		return true;
	}
	if (key === 'shift+tab') {
		back(controller);
		return true;
	}
	if (screen.step === 'where' && (key === 'up' || key === 'down' || key === 'tab')) {
		controller.set({ ...screen, inPlace: !screen.inPlace });
		return true;
	}
	if (screen.step === 'review' && /^(up|down|pageup|pagedown)$/.test(key)) {
		const move = listMove(key);
		if (move === undefined) return true;
		const { cursor } = moveList({ cursor: screen.planTop, top: 0 }, move, planCount(controller), 4);
		controller.set({ ...screen, planTop: cursor });
		return true;
	}
	const input = field(screen);
	if (input !== undefined) {
		const edited = editText(screen[input], key);
		if (edited === undefined) return false;
		controller.set({ ...screen, [input]: edited });
		return true;
	}
	if (key === 'left' || key === 'h') {
		back(controller);
		return true;
	}
	if (key === 'c') {
		if (screen.step === 'review') controller.copy(screen.command, 'command');
		else controller.say('There is no command yet: it is made from what is chosen');
		return true;
	}
	return false;
}

/** A paste in the wizard: into the folder's field; a name that confirms has to be typed. */
export function restorePaste(controller: Controller, text: string): boolean {
	const screen = screenOf(controller);
	if (field(screen) !== 'targetInput') return false;
	controller.set({ ...screen, targetInput: insertText(screen.targetInput, text) });
	return true;
}
