import { layoutKind } from '../layout.ts';
import type { DoctorCheck } from '../ports.ts';
import type { UiState } from '../store/state.ts';
import { type ListState, listStart } from '../widgets/list.ts';

const rank: Readonly<Record<DoctorCheck['level'], number>> = { bad: 0, warning: 1, waiting: 2, ok: 3 };

const sorted = new WeakMap<readonly DoctorCheck[], readonly DoctorCheck[]>();

/**
 * @returns the checks, problems first; while they are being made each keeps its place where there is room for all of them,
 * so that no row moves while it is read
 */
export function checkRows(state: UiState): readonly DoctorCheck[] {
	const { value = [], loading } = state.data.checks;
	if (loading && layoutKind(state.size) !== 'minimal') return value;
	const rows = sorted.get(value) ?? value.toSorted((a, b) => rank[a.level] - rank[b.level]);
	sorted.set(value, rows);
	return rows;
}

/** @returns what tells a check from the others, also when it has found something else by now */
export function checkKey(check: DoctorCheck, state: UiState): string {
	const same = (state.data.checks.value ?? []).filter((one) => one.id === check.id);
	return `${check.id} ${same.indexOf(check)}`;
}

/** @returns the list with its cursor on the check it was moved to, wherever that is now */
export function checkList(state: UiState): ListState {
	const { list, chosen } = state.screens.doctor;
	if (chosen === undefined) return listStart;
	const cursor = checkRows(state).findIndex((check) => checkKey(check, state) === chosen);
	return cursor < 0 ? list : { ...list, cursor };
}

/** @returns the Doctor screen with its list moved */
export function withCheckList(state: UiState, list: ListState): UiState['screens']['doctor'] {
	const check = checkRows(state)[list.cursor];
	return {
		...state.screens.doctor,
		list,
		...(check === undefined ? {} : { chosen: checkKey(check, state) }),
	};
}
