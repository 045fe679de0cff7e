/** `NAME=`, `export NAME=` or `NAME: ` at the beginning of a line. */
const beginning = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*[=:][ \t]*/;

/** @returns where a value ends that begins at this place: at the closing quote, also lines below, else at the end of the line */
function endOf(text: string, from: number): number {
	const lineEnd = (at: number) => {
		const found = text.indexOf('\n', at);
		return found === -1 ? text.length : found;
	};
	const quote = text[from];
	if (quote !== '"' && quote !== "'") return lineEnd(from);
	for (let at = from + 1; at < text.length; at += 1) {
		if (text[at] === '\\' && quote === '"') at += 1;
		else if (text[at] === quote) return lineEnd(at);
	}
	return lineEnd(from);
}

/** @returns each variable of a Compose env file with its assignment as it is written; of several the last one counts */
function assignmentsOf(text: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (let at = 0; at < text.length; ) {
		const match = beginning.exec(text.slice(at, at + 4096));
		const end = match === null ? text.indexOf('\n', at) : endOf(text, at + match[0].length);
		const next = end === -1 ? text.length : end;
		if (match?.[1] !== undefined) found.set(match[1], text.slice(at, next).trim());
		at = next + 1;
	}
	return found;
}

/**
 * Only these variables of an env file, and those that their values refer to: an env file may also say which files and which
 * project Compose takes.
 *
 * @returns the text of an env file, and the variables that it does not have
 */
export function pickVariables(
	text: string,
	names: readonly string[],
): { readonly text: string; readonly missing: readonly string[] } {
	const all = assignmentsOf(text);
	const picked = new Set<string>();
	const missing: string[] = [];
	const pick = (name: string) => {
		const assignment = all.get(name);
		if (assignment === undefined || picked.has(name)) return;
		picked.add(name);
		for (const [, other] of assignment.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)) pick(other ?? '');
	};
	for (const name of names) {
		if (all.has(name)) pick(name);
		else missing.push(name);
	}
	// In the order of the file: what is referred to must stand before.
	const lines = [...all].filter(([name]) => picked.has(name)).map(([, assignment]) => assignment);
	return { text: lines.map((line) => `${line}\n`).join(''), missing };
}
