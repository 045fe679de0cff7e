import type { RunEvent } from '../runs/events.ts';

export type Print = (event: RunEvent) => void;

/**
 * What ended a run is its last error, and is told by the summary. An error after which the run went on is printed, and so
 * is one that the end of the run does not name.
 */
export function leavingToSummary(
	print: Print,
	clear: () => void,
	visible: (event: RunEvent) => boolean,
): Print {
	let waiting: RunEvent[] = [];
	return (event) => {
		if (event.type === 'run-end') {
			clear();
			const told = event.problems.map(({ message }) => message);
			for (const one of waiting) if (!isTold(errorsIn(one), told)) print(one);
			return;
		}
		if (event.type === 'message' && event.level === 'error') {
			waiting.push(event);
			return;
		}
		if (toldBySummary(event) || !visible(event)) return;
		for (const one of waiting) print(one);
		waiting = [];
		print(event);
	};
}

/** Without a summary: each error once, though the step, the stack and the run may all name it; then the end says nothing new. */
export function sayingOnce(print: Print, verbose: boolean): Print {
	const told: string[] = [];
	return (event) => {
		const errors = errorsIn(event);
		if (verbose || errors.length === 0 || !isTold(errors, told)) print(event);
		told.push(...errors);
	};
}

/** The errors that an event names, as the run does. */
function errorsIn(event: RunEvent): readonly string[] {
	switch (event.type) {
		case 'message':
			return event.level === 'error' ? [event.text] : [];
		case 'stack-end':
		case 'run-end':
			return event.problems.map(({ message }) => message);
		case 'phase-end':
		case 'sync-end':
		case 'recovered':
			return event.problem === undefined ? [] : [event.problem.message];
		default:
			return [];
	}
}

/** The name of the stack stands before an error here, and not there. */
function isTold(errors: readonly string[], told: readonly string[]): boolean {
	return errors.every((text) =>
		told.some((one) => one === text || one.endsWith(`: ${text}`) || text.endsWith(`: ${one}`)),
	);
}

function toldBySummary(event: RunEvent): boolean {
	if (event.type === 'stack-end') return event.outcome !== 'ok';
	return event.type === 'sync-end' && !event.ok;
}
