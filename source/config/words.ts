/** A text cut into parts, or why it cannot be. */
export type Split = { readonly parts: readonly string[] } | { readonly problem: string };

/**
 * Cuts a command line into an argument vector, as a shell would but with nothing of a shell: blanks separate;
 * single quotes hold everything literally; in double quotes a backslash escapes `"` and `\`; elsewhere it
 * escapes the next character. No variables, patterns, pipes or substitutions: `$`, `*` and `|` are plain
 * characters.
 */
export function splitWords(text: string): Split {
	return split(text, (character) => /\s/.test(character), false);
}

/**
 * Cuts a list at commas. Blanks around an item do not count, empty items are dropped; quotes as in `splitWords`.
 * A backslash escapes only a comma, a quote or a backslash: before anything else it belongs to the pattern.
 */
export function splitList(text: string): Split {
	const result = split(text, (character) => character === ',', true);
	if ('problem' in result) return result;
	return { parts: result.parts.filter((part) => part !== '') };
}

function split(text: string, separates: (character: string) => boolean, trims: boolean): Split {
	const parts: string[] = [];
	// What has been read of the current part; undefined between parts.
	let part: string | undefined;
	// Length of the part that quotes or backslashes protect from trimming.
	let protectedLength = 0;
	let quote: "'" | '"' | undefined;
	const finish = () => {
		if (part !== undefined) {
			parts.push(trims ? part.slice(0, protectedLength) + part.slice(protectedLength).trimEnd() : part);
		}
		part = undefined;
		protectedLength = 0;
	};
	for (let index = 0; index < text.length; index++) {
		const character = text.charAt(index);
		const next = text.charAt(index + 1);
		const escapes = character === '\\' && quote !== "'" && next !== '';
		const escapable = quote === '"' ? '"\\' : trims ? ',\'"\\' : next;
		if (escapes && escapable.includes(next)) {
			part = (part ?? '') + next;
			protectedLength = part.length;
			index++;
		} else if (quote !== undefined) {
			if (character === quote) quote = undefined;
			else part = (part ?? '') + character;
			protectedLength = (part ?? '').length;
		} else if (character === "'" || character === '"') {
			quote = character;
			part ??= '';
		} else if (separates(character)) finish();
		else if (!trims || part !== undefined || !/\s/.test(character)) part = (part ?? '') + character;
	}
	if (quote !== undefined) return { problem: `the quote ${quote} is not closed` };
	finish();
	return { parts };
}
