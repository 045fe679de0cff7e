import type { BackupTuiError } from '../errors.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { StacksChange } from '../services/stacks/change-stacks.ts';
import { stacksCommandLine } from '../services/stacks/command-line.ts';
import type { ListedStack, StacksListing } from '../services/stacks/list-stacks.ts';
import { stateWord } from '../stacks/state-word.ts';
import { alignColumns } from './columns.ts';
import type { Output } from './context.ts';

/** The list as text: stacks on stdout, what is worth a word on stderr. */
export function showListing(listing: StacksListing, output: Output): void {
	const rows = [['', 'STACK', 'STATE', 'NOTE'], ...listing.stacks.map(row)];
	for (const [index, line] of alignColumns(rows, output.width, output.marks.ellipsis).entries())
		output.line(index === 0 ? output.style('bold', line) : line);
	const { total, enabled, disabled, missing } = listing.counts;
	const gone = missing === 0 ? '' : `, ${missing} missing`;
	output.note(sanitizeLine(`${total} stacks: ${enabled} on, ${disabled} off${gone}. ${listing.dirlist}`));
	if (listing.stateError !== undefined) {
		output.warn(sanitizeLine(`states are unknown: ${listing.stateError.message}`), listing.stateError.hint);
	}
	if (listing.comparison.refusal !== undefined) {
		output.warn(
			sanitizeLine(listing.comparison.refusal),
			'Is a disk not mounted? The dirlist is left as it is',
		);
	}
	for (const { message } of listing.problems) output.warn(sanitizeLine(`${listing.dirlist}, ${message}`));
	for (const { project, workingDir } of listing.elsewhere) {
		output.note(sanitizeLine(`not in the dirlist: ${workingDir} (project ${project}, running)`));
		output.advice(sanitizeLine(`  add it with: ${stacksCommandLine('add', [workingDir])}`));
	}
}

function row(item: ListedStack): readonly string[] {
	const { stack, state, putDownSince } = item;
	return [
		stack.enabled ? 'on' : 'off',
		stack.name,
		stack.missing ? 'missing' : state === undefined ? '-' : stateWord(state, putDownSince !== undefined),
		notesOf(item).join('; '),
	].map(sanitizeLine);
}

function notesOf(item: ListedStack): readonly string[] {
	const { stack, refusal } = item;
	return [
		...(stack.origin === 'external' ? [stack.directory] : []),
		...(item.putDownSince === undefined ? [] : [`on purpose, ${item.putDownSince.slice(0, 16)} UTC`]),
		...(stack.unlisted && stack.unmanageable === undefined ? ['new'] : []),
		...(stack.missing ? [stack.notes?.[0] ?? 'directory gone, entry kept'] : (stack.notes ?? [])),
		...(stack.unreadable === undefined ? [] : [`compose file cannot be read: ${stack.unreadable}`]),
		...(stack.unmanageable === undefined ? [] : [`cannot be managed: ${stack.unmanageable}`]),
		...(refusal === undefined ? [] : [`refused: ${refusal.message}`]),
	];
}

/** The list as one JSON document; fields are only ever added. */
export function listingDocument(listing: StacksListing): unknown {
	return {
		dirlist: listing.dirlist,
		stacksDir: listing.stacksDir,
		counts: listing.counts,
		stacks: listing.stacks.map(({ stack, state, putDownSince, refusal }) => ({
			...stack,
			...(state === undefined ? {} : { state: state.state, up: state.up, expected: state.expected }),
			...(state?.reason === undefined ? {} : { reason: state.reason }),
			...(putDownSince === undefined ? {} : { putDownSince }),
			...(refusal === undefined ? {} : { refusal: problem(refusal) }),
		})),
		unlisted: listing.comparison.unlisted,
		elsewhere: listing.elsewhere,
		problems: listing.problems,
		...(listing.comparison.refusal === undefined ? {} : { refusal: listing.comparison.refusal }),
		...(listing.stateError === undefined ? {} : { stateError: problem(listing.stateError) }),
	};
}

function problem({ code, message, hint }: BackupTuiError): unknown {
	return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** What was done, a line for each stack. */
export function changeLines(made: StacksChange): readonly string[] {
	const would = made.dryRun ? 'would be ' : '';
	return [
		...made.changed.map(({ name, change }) => `${name}: ${would}${change}`),
		...made.unchanged.map((name) => `${name}: already so`),
		...made.listed.map((name) => `${name}: ${would}listed, off (new)`),
	].map(sanitizeLine);
}
