import { exitCodes } from '../exit-codes.ts';
import type { Phase, StackOutcome } from './events.ts';

/** The names in events and files are for programs; people read these. */
const outcomeWords: Readonly<Record<StackOutcome, string>> = {
	ok: 'ok',
	partial: 'incomplete',
	failed: 'failed',
	skipped: 'left out',
	'not-quiesced': 'inconsistent',
	shrunk: 'far smaller',
	'left-down': 'still down',
};

const lastBackupWords: Readonly<Record<StackOutcome, string>> = {
	ok: 'the last backup is ok',
	partial: 'the last backup is incomplete',
	failed: 'the last backup failed',
	skipped: 'the last backup left it out',
	'not-quiesced': 'the last backup may be inconsistent: something ran during the copy',
	shrunk: 'the last backup is far smaller than the one before',
	'left-down': 'the last backup could not bring it up again',
};

const phaseWords: Readonly<Record<Phase, string>> = {
	recover: 'recovery',
	warm: 'warm copy',
	gate: 'start of restic',
	down: 'taking down',
	copy: 'copy',
	up: 'start',
	settle: 'second look',
	verify: 'verification',
	retention: 'retention',
	prune: 'prune',
	check: 'check',
	sync: 'sync',
	restore: 'restore',
};

/** Events and the history are read from files, too: a newer version may know of more. */
function inWords(table: Readonly<Record<string, string>>, name: string): string {
	return Object.hasOwn(table, name) ? (table[name] ?? name) : name;
}

/** @returns how the backup of a stack ended, for a cell of a table */
export const outcomeInWords = (outcome: string): string => inWords(outcomeWords, outcome);

/** @returns how it ended after the name of the stack: "app: the last backup failed" */
export const lastBackupInWords = (outcome: string): string => inWords(lastBackupWords, outcome);

/** @returns what is done in a phase, as a noun: "copy failed" */
export const phaseInWords = (phase: string): string => inWords(phaseWords, phase);

/** @returns the state of a stack in one word; a stack without containers is down */
export const stackStateInWords = (state: string): string => (state === 'not_found' ? 'down' : state);

/** What a guard of the sync looks at. */
const guardNames: Readonly<Record<string, string>> = {
	repository: 'whole repository',
	identity: 'same repository',
	emptied: 'not emptied',
	foreign: 'only ours leave',
	shrunk: 'size',
	locks: 'no prune at work',
	checked: 'checked',
	damage: 'no damage',
	vanished: 'nothing vanished',
	remote: 'same place',
	alarm: 'no alarm',
};

/** @returns what a guard looks at, for its line in a list */
export const guardInWords = (guard: string): string => inWords(guardNames, guard);

const restoreStates: Readonly<Record<string, string>> = {
	up: 'runs',
	off: 'is stopped',
	'not-started': 'is NOT STARTED',
	'rolled-back': 'is as it was before',
	half: 'is HALF RESTORED and kept down',
	down: 'is DOWN, nothing was changed',
	files: 'files only',
};

/** How a stack is after its restore. One that was not restored, and was not touched, is as it was. */
export function restoreStateInWords(end: {
	readonly ok: boolean;
	readonly state: string;
	readonly mode: string;
}): string {
	const { ok, state, mode } = end;
	if (state === 'half' && mode !== 'in-place') return 'is NOT COMPLETE';
	const text = inWords(restoreStates, state);
	return !ok && (state === 'up' || state === 'off') ? `${text} as before, nothing was changed` : text;
}

const endings: Readonly<Record<number, string>> = {
	[exitCodes.ok]: 'ok',
	[exitCodes.config]: 'failed: the configuration is wrong',
	[exitCodes.backup]: 'failed',
	[exitCodes.sync]: 'failed: not synced',
	[exitCodes.restore]: 'failed: not restored',
	[exitCodes.partial]: 'incomplete: something could not be read',
	[exitCodes.stackDown]: 'failed: a stack is down',
	[exitCodes.check]: 'failed: a check, or a snapshot that cannot be trusted',
	[exitCodes.usage]: 'refused: wrong usage',
	[exitCodes.unavailable]: 'failed: a tool or the daemon is missing',
	[exitCodes.tryAgain]: 'refused: another run was at work',
	[exitCodes.noPermission]: 'failed: no permission',
	[exitCodes.sighup]: 'interrupted',
	[exitCodes.sigint]: 'interrupted',
	[exitCodes.sigterm]: 'interrupted',
};

/** @returns how a run ended, from its exit code */
export function endInWords(exitCode: number): string {
	return endings[exitCode] ?? 'failed';
}

/** @returns how a run stands that left no summary */
export function statusInWords(status: 'running' | 'ended' | 'crashed'): string {
	return status === 'crashed' ? 'killed' : status;
}
