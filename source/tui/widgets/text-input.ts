import { sanitizeLine } from '../../process/sanitize.ts';

/** A one-line text field. `cursor` counts code points. */
export interface TextInput {
	readonly value: string;
	readonly cursor: number;
}

export function textInput(value = ''): TextInput {
	return { value, cursor: [...value].length };
}

/** @returns the field with text put in at the cursor: a typed character, or the first line of a paste */
export function insertText(input: TextInput, text: string): TextInput {
	const firstLine = sanitizeLine((text.split(/[\r\n]/, 1)[0] ?? '').slice(0, 4096));
	const characters = [...input.value];
	const added = [...firstLine];
	return {
		value: [...characters.slice(0, input.cursor), ...added, ...characters.slice(input.cursor)].join(''),
		cursor: input.cursor + added.length,
	};
}

/** @returns the field after a key, or undefined when the key is not one of editing */
export function editText(input: TextInput, key: string): TextInput | undefined {
	const characters = [...input.value];
	const { cursor } = input;
	switch (key) {
		case 'left':
			return { ...input, cursor: Math.max(0, cursor - 1) };
		case 'right':
			return { ...input, cursor: Math.min(characters.length, cursor + 1) };
		case 'home':
		case 'ctrl+a':
			return { ...input, cursor: 0 };
		case 'end':
		case 'ctrl+e':
			return { ...input, cursor: characters.length };
		case 'backspace':
			if (cursor === 0) return input;
			characters.splice(cursor - 1, 1);
			return { value: characters.join(''), cursor: cursor - 1 };
		case 'delete':
			characters.splice(cursor, 1);
			return { value: characters.join(''), cursor };
		case 'ctrl+u':
			return { value: characters.slice(cursor).join(''), cursor: 0 };
		case 'ctrl+k':
			return { value: characters.slice(0, cursor).join(''), cursor };
		case 'ctrl+w': {
			const head = characters
				.slice(0, cursor)
				.join('')
				.replace(/\S+\s*$/, '');
			return { value: head + characters.slice(cursor).join(''), cursor: [...head].length };
		}
		case 'space':
			return insertText(input, ' ');
		default:
			return [...key].length === 1 ? insertText(input, key) : undefined;
	}
}
