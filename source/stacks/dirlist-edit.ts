import { type DirlistDocument, type DirlistLine, dirlistLine } from './dirlist.ts';
import { formatDirlistEntry, setEntryLine } from './dirlist-line.ts';

/**
 * One intention of a person or of a sync, kept apart from the text it was made on, so that it can be applied to
 * the file as it is by then. `set` adds what is not there; `add` leaves alone what is there.
 */
export type DirlistEdit =
	| { readonly type: 'set'; readonly key: string; readonly enabled: boolean }
	| { readonly type: 'add'; readonly key: string; readonly enabled: boolean }
	| { readonly type: 'remove'; readonly key: string };

/**
 * @param edits in order; of several for one key the last wins
 * @returns the same document object if nothing changed; else one in which only the named entries differ
 */
export function applyEdits(document: DirlistDocument, edits: readonly DirlistEdit[]): DirlistDocument {
	return edits.reduce(applyEdit, document);
}

function applyEdit(document: DirlistDocument, edit: DirlistEdit): DirlistDocument {
	const isEdited = (line: DirlistLine): boolean =>
		line.parsed.kind === 'entry' && line.parsed.key === edit.key;
	const index = document.lines.findLastIndex(isEdited);
	if (edit.type === 'remove') {
		return index === -1 ? document : { ...document, lines: document.lines.filter((line) => !isEdited(line)) };
	}
	if (index === -1) return append(document, formatDirlistEntry(edit.key, edit.enabled));
	const old = document.lines[index];
	if (edit.type === 'add' || old?.parsed.kind !== 'entry' || old.parsed.enabled === edit.enabled)
		return document;
	return {
		...document,
		lines: document.lines.with(index, dirlistLine(setEntryLine(old.parsed, edit.enabled), old.end)),
	};
}

/** Ends an unfinished last line first; new lines end as the file's first line does. */
function append(document: DirlistDocument, text: string): DirlistDocument {
	const end = document.lines[0]?.end === '\r\n' ? '\r\n' : '\n';
	const lines = document.lines.map(
		(line) => (line.end === '' ? { ...line, end } : line) satisfies DirlistLine,
	);
	return { ...document, lines: [...lines, dirlistLine(text, end)] };
}
