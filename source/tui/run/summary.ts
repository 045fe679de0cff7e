import type { RunView, StackRunView } from './run-view.ts';

/** @returns the stack that is worked on now */
export function currentStack(view: RunView): StackRunView | undefined {
	if (view.endedAt !== undefined) return undefined;
	return (
		view.stacks.find((stack) => stack.downSince !== undefined) ??
		view.stacks.find((stack) => stack.started && stack.outcome === undefined)
	);
}

/** @returns stacks that are down at this moment */
export function downStacks(view: RunView): readonly StackRunView[] {
	return view.stacks.filter((stack) => stack.downSince !== undefined);
}

/** @returns how many of the planned stacks are done, e.g. `2/5` */
export function stackProgress(view: RunView): string {
	const planned = view.stacks.filter((stack) => stack.skipped === undefined);
	// Verification and retention of all follow at the end: a stack that is copied and up again counts.
	const done = planned.filter(
		(stack) => stack.outcome !== undefined || (stack.snapshot !== undefined && stack.downSince === undefined),
	).length;
	return planned.length === 0 ? '' : `${done}/${planned.length}`;
}

/** @returns all downtime so far in ms, the running clock included */
export function totalDowntime(view: RunView, now: number): number {
	return view.stacks.reduce((sum, stack) => {
		if (stack.downSince !== undefined && view.endedAt === undefined) return sum + now - stack.downSince;
		return sum + (stack.downtimeMs ?? 0);
	}, 0);
}

/** @returns share of the phase at work that is done, 0..1; undefined when not known */
export function progressShare(view: RunView): number | undefined {
	const { progress } = view;
	if (progress === undefined || progress.bytesTotal <= 0) return undefined;
	return Math.min(1, progress.bytesDone / progress.bytesTotal);
}

/** @returns an estimate of what is left in ms, from expected downtimes and the copy at work */
export function timeLeft(view: RunView): number | undefined {
	if (view.endedAt !== undefined) return undefined;
	const waiting = view.stacks.filter((stack) => !stack.started && stack.skipped === undefined);
	if (waiting.some((stack) => stack.expectedMs === undefined)) return undefined;
	const rest = waiting.reduce((sum, stack) => sum + (stack.expectedMs ?? 0), 0);
	const left = view.progress?.secondsLeft;
	return left === undefined && waiting.length === 0 ? undefined : rest + (left ?? 0) * 1000;
}
