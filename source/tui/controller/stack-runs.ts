import type { StackRow } from '../selectors/stacks.ts';
import type { Controller } from './controller.ts';
import { askToStart } from './starting.ts';

/** What can be done to the containers of a stack at all. @returns why not */
function refusal({ entry, status }: StackRow): string | undefined {
	if (entry.missing) return `the directory of ${entry.name} is gone`;
	if (entry.unmanageable !== undefined) return `${entry.name} cannot be managed: ${entry.unmanageable}`;
	return status?.state === 'unknown' ? `what of ${entry.name} runs is not known` : undefined;
}

/** @returns the row where its stack can be taken down and up; says why not */
function manageable(controller: Controller, row: StackRow | undefined): StackRow | undefined {
	const why = row === undefined ? undefined : refusal(row);
	if (why === undefined) return row;
	controller.say(why, 'warning');
	return undefined;
}

/** Asks before a stack is taken down to stay down. */
export function askToTakeDown(controller: Controller, selected: StackRow | undefined): void {
	const row = manageable(controller, selected);
	if (row === undefined) return;
	const { entry, status } = row;
	if (status !== undefined && status.state !== 'running' && status.state !== 'partial') {
		controller.say(`Nothing of ${entry.name} runs`);
		return;
	}
	const services = (status?.services ?? []).map((service) => service.name).join(', ');
	askToStart(controller, {
		title: `Take ${entry.name} down?`,
		lines: [
			...(services === '' ? [] : [`It is off then: ${services}.`]),
			'docker compose down: volumes and data stay. It stays down until U brings it up.',
			...(entry.enabled ? ['Backups go on: it is copied as it is, and not started.'] : []),
		],
		args: ['stacks', 'down', entry.key],
		says: `Taking ${entry.name} down`,
	});
}

/** Asks before a stack is brought up. */
export function askToBringUp(controller: Controller, selected: StackRow | undefined): void {
	const row = manageable(controller, selected);
	if (row === undefined) return;
	const { entry, status } = row;
	const running = status !== undefined && (status.state === 'running' || status.state === 'partial');
	askToStart(controller, {
		title: `Bring ${entry.name} up?`,
		lines: [
			running
				? 'docker compose up: what is missing is started, what its files changed is made anew.'
				: 'As it was, when D took it down; else docker compose up, as its files say.',
			'Nothing is pulled or built.',
		],
		args: ['stacks', 'up', entry.key],
		says: `Bringing ${entry.name} up`,
	});
}
