import { commandLine } from '../downtime/unfinished.ts';
import type { RestoreOutcome } from './deps.ts';

/** A restore in place that has ended, as its next steps depend on it. */
export interface EndedInPlace extends Pick<RestoreOutcome, 'stack' | 'restored'> {
	readonly state: Exclude<RestoreOutcome['state'], 'files'>;
	readonly safetySnapshot: string | undefined;
	readonly run: string;
	/** Arguments of the command that does the same again. */
	readonly again: readonly string[];
	/** Its files were taken away: there is nothing to start. */
	readonly gone: boolean;
}

const step = (what: string, words: readonly string[]) => `${what}: ${commandLine(words)}`;

/** @returns what can be done next, one command each, the best first. Never empty */
export function nextInPlace(end: EndedInPlace): readonly string[] {
	const { stack, state, restored, safetySnapshot } = end;
	const again = step('restore again', end.again);
	const back =
		safetySnapshot === undefined ? [] : [step('roll back', ['restore', '--stack', stack, '--rollback'])];
	switch (state) {
		case 'up':
			if (!restored) return [again];
			return back.length > 0 ? back : [step('back it up', ['backup', stack])];
		case 'off':
			if (end.gone && back.length > 0) return back;
			return restored ? [step('start it', ['stacks', 'up', stack]), ...back] : [again];
		case 'not-started':
			return [step('start it', ['recover']), ...back];
		case 'rolled-back':
			return [step('see why', ['logs', end.run]), again];
		case 'half':
			return [again, ...back];
		case 'down':
			return [step('start it', ['recover'])];
	}
}

/** A restore as a second stack that has ended. */
export interface EndedCopy extends Pick<RestoreOutcome, 'state'> {
	readonly name: string;
	readonly directory: string;
	readonly again: readonly string[];
}

/** @returns the same for a second stack */
export function nextOfCopy({ name, directory, state, again }: EndedCopy): readonly string[] {
	const compose = `docker compose -p ${name}`;
	const remove = `remove it: ${compose} down -v, then delete ${directory}`;
	if (state === 'up') return [remove];
	if (state === 'half')
		return [step('restore again', again), `give it up: delete ${directory}, then backup-tui recover`];
	return [`start it: ${compose} --project-directory ${directory} up -d`, remove];
}

/** @returns the same for files in a directory */
export function nextOfTarget(
	stack: string,
	snapshot: string,
	target: string,
	whole: boolean,
): readonly string[] {
	const from = ['restore', '--stack', stack, '--snapshot', snapshot.slice(0, 8)];
	return whole
		? [step('restore the whole stack in place', [...from, '--in-place'])]
		: [step('restore again', [...from, '--target', target])];
}
