/** What the person did: a key by its name (`j`, `B`, `up`, `ctrl+u`, `shift+tab`), or a paste as one piece. */
export type InputEvent =
	| {
			readonly kind: 'key';
			readonly key: string;
			/** Keys that arrived together share a number: an answer never counts in the batch that asked. */
			readonly batch: number;
	  }
	| { readonly kind: 'paste'; readonly text: string };

const escapeCharacter = '\u001b';
const pasteStart = `${escapeCharacter}[200~`;
const pasteEnd = `${escapeCharacter}[201~`;
/** A paste without brackets arrives as one burst of different characters; a held key repeats one. */
const burstLength = 16;
const burstKinds = 4;
/** A burst's continuation may follow in a later read. */
const burstPauseMs = 60;
/** Longest paste kept, in characters; the rest is dropped. */
const pasteLimit = 64 * 1024;

// Final characters and numbers of CSI and SS3 sequences, see xterm's ctlseqs.
const finals: Readonly<Record<string, string>> = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	H: 'home',
	F: 'end',
	Z: 'shift+tab',
	P: 'f1',
	Q: 'f2',
	R: 'f3',
	S: 'f4',
	M: 'enter',
};
const numbers: Readonly<Record<string, string>> = {
	'1': 'home',
	'2': 'insert',
	'3': 'delete',
	'4': 'end',
	'5': 'pageup',
	'6': 'pagedown',
	'7': 'home',
	'8': 'end',
	'11': 'f1',
	'12': 'f2',
	'13': 'f3',
	'14': 'f4',
	'15': 'f5',
};
const controls: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	' ': 'space',
	'\u007f': 'backspace',
	'\b': 'backspace',
	'\u0000': 'ctrl+space',
};

function sequenceKey(body: string): string | undefined {
	const final = body.at(-1) ?? '';
	const [number = '', modifiers = ''] = body.slice(1, -1).split(';');
	const name = final === '~' ? numbers[number] : finals[final];
	if (name === undefined) return undefined;
	const bits = Number(modifiers || 1) - 1;
	const prefix = `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${bits & 1 ? 'shift+' : ''}`;
	return prefix + name;
}

function characterKey(character: string): string | undefined {
	const named = controls[character];
	if (named !== undefined) return named;
	const code = character.codePointAt(0) as number;
	if (code < 0x20) return `ctrl+${String.fromCharCode(code + 0x60)}`;
	return code >= 0x80 && code < 0xa0 ? undefined : character;
}

/**
 * Splits what a terminal sends into keys and pastes. Reads cut anywhere: a sequence or a paste may come in pieces, and
 * many keys may come in one piece.
 */
export class KeyParser {
	#pending = '';
	#paste: string | undefined;
	#batch = 0;
	#burstUntil = 0;
	readonly #now: () => number;

	constructor(now: () => number = () => performance.now()) {
		this.#now = now;
	}

	/** True when the last read ended within a sequence: call `flush` if nothing follows soon. */
	get pending(): boolean {
		return this.#pending !== '' && this.#paste === undefined;
	}

	push(chunk: string): InputEvent[] {
		this.#batch += 1;
		const text = this.#pending + chunk;
		this.#pending = '';
		if (this.#paste !== undefined) return this.#parse(text);
		// A control key typed just before does not belong to the paste.
		const typed = /^[\u0001-\u0008\u000b\u000c\u000e-\u001a\u007f]*/.exec(text)?.[0] ?? '';
		const rest = text.slice(typed.length);
		if (!this.#isBurst(rest)) return this.#parse(text);
		this.#burstUntil = this.#now() + burstPauseMs;
		return [...this.#parse(typed), { kind: 'paste', text: rest.slice(0, pasteLimit) }];
	}

	/** Takes a lone Escape (or a cut sequence) as keys; called after a short silence. */
	flush(): InputEvent[] {
		const text = this.#pending;
		this.#pending = '';
		this.#batch += 1;
		return text.startsWith(escapeCharacter) ? this.#keys(['escape']) : [];
	}

	#isBurst(text: string): boolean {
		if (text === '') return false;
		if (text.includes(escapeCharacter)) return false;
		if (this.#now() < this.#burstUntil) return true;
		if (text.length < burstLength) return false;
		return new Set(text).size >= burstKinds;
	}

	#parse(text: string): InputEvent[] {
		const events: InputEvent[] = [];
		let index = 0;
		while (index < text.length) {
			if (this.#paste !== undefined) {
				index = this.#continuePaste(text, index, events);
				continue;
			}
			if (text[index] === escapeCharacter) {
				const end = this.#sequence(text, index, events);
				if (end === undefined) {
					this.#pending = text.slice(index);
					break;
				}
				index = end;
				continue;
			}
			const character = String.fromCodePoint(text.codePointAt(index) as number);
			events.push(...this.#keys([characterKey(character)]));
			index += character.length;
		}
		return events;
	}

	/** @returns where the sequence ends, undefined when it is not whole yet */
	#sequence(text: string, start: number, events: InputEvent[]): number | undefined {
		const rest = text.slice(start);
		if (rest.startsWith(pasteStart)) {
			this.#paste = '';
			return start + pasteStart.length;
		}
		const control = /^\u001b([[O][0-9;<=>?]*[ -/]*[@-~])/.exec(rest);
		if (control !== null) {
			const body = control[1] as string;
			// The Linux console sends ESC [ [ A for F1.
			if (body === '[[') return rest.length < 4 ? undefined : start + 4;
			events.push(...this.#keys([sequenceKey(body)]));
			return start + control[0].length;
		}
		if (/^\u001b(?:[[O][0-9;<=>?]*[ -/]*)?$/.test(rest)) return undefined;
		if (rest[1] === escapeCharacter) {
			events.push(...this.#keys(['escape']));
			return start + 1;
		}
		const character = String.fromCodePoint(rest.codePointAt(1) as number);
		const name = characterKey(character);
		events.push(...this.#keys([name === undefined ? undefined : `alt+${name}`]));
		return start + 1 + character.length;
	}

	#continuePaste(text: string, start: number, events: InputEvent[]): number {
		const end = text.indexOf(pasteEnd, start);
		if (end >= 0) {
			const whole = (this.#paste ?? '') + text.slice(start, end);
			this.#paste = undefined;
			events.push({ kind: 'paste', text: whole.slice(0, pasteLimit) });
			return end + pasteEnd.length;
		}
		// The end mark itself may be cut: keep what could be its beginning.
		const tail = text.lastIndexOf(escapeCharacter);
		const cut = tail >= start && pasteEnd.startsWith(text.slice(tail)) ? tail : text.length;
		this.#paste = ((this.#paste ?? '') + text.slice(start, cut)).slice(0, pasteLimit);
		this.#pending = text.slice(cut);
		return text.length;
	}

	#keys(names: readonly (string | undefined)[]): InputEvent[] {
		return names.flatMap((key) => (key === undefined ? [] : [{ kind: 'key', key, batch: this.#batch }]));
	}
}
