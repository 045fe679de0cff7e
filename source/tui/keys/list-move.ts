import type { ListMove } from '../widgets/list.ts';
import { actionOf } from './lookup.ts';
import type { ActionName } from './table.ts';

const moves: Readonly<Partial<Record<ActionName, ListMove>>> = {
	up: 'up',
	down: 'down',
	'page-up': 'page-up',
	'page-down': 'page-down',
	first: 'first',
	last: 'last',
};

/** @returns what a key does to a list, in lists and dialogs alike */
export function listMove(key: string): ListMove | undefined {
	const action = actionOf(key, ['list']);
	return action === undefined ? undefined : moves[action];
}
