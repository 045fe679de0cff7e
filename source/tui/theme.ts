import type { Tone } from './text/line.ts';

/** Marks and lines. One cell each, so that columns stay aligned whatever the variant. */
export interface Symbols {
	readonly ok: string;
	readonly warning: string;
	readonly bad: string;
	readonly never: string;
	readonly off: string;
	readonly running: string;
	readonly pointer: string;
	readonly open: string;
	readonly closed: string;
	readonly idle: string;
	readonly ellipsis: string;
	readonly barStart: string;
	readonly barEnd: string;
	readonly barFull: string;
	readonly barEmpty: string;
	readonly spark: readonly string[];
	readonly stopping: string;
	readonly copying: string;
	readonly starting: string;
	readonly settled: string;
	readonly estimate: string;
	readonly bullet: string;
	readonly up: string;
	readonly down: string;
	readonly left: string;
}

export interface BorderSymbols {
	readonly topLeft: string;
	readonly topRight: string;
	readonly bottomLeft: string;
	readonly bottomRight: string;
	readonly horizontal: string;
	readonly vertical: string;
}

/** Colour and weight of one span, as Ink's Text takes them. */
export interface TextStyle {
	readonly color?: string;
	readonly dimColor?: boolean;
	readonly bold?: boolean;
}

export interface Theme {
	readonly symbols: Symbols;
	readonly border: BorderSymbols;
	readonly styles: Readonly<Record<Tone, TextStyle>>;
	/** Words instead of marks, no borders: one fact per line. */
	readonly linear: boolean;
	/** Only ASCII may be sent. */
	readonly ascii: boolean;
}

const unicodeSymbols: Symbols = {
	ok: '✔',
	warning: '!',
	bad: '✘',
	never: '·',
	off: '-',
	running: '▶',
	pointer: '>',
	open: '▾',
	closed: '▸',
	idle: '●',
	ellipsis: '…',
	barStart: '▕',
	barEnd: '▏',
	barFull: '█',
	barEmpty: '░',
	spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	stopping: '▼',
	copying: '▒',
	starting: '▲',
	settled: '✓',
	estimate: '·',
	bullet: '•',
	up: '↑',
	down: '↓',
	left: '←',
};

const asciiSymbols: Symbols = {
	ok: '+',
	warning: '!',
	bad: 'x',
	never: '.',
	off: '-',
	running: '>',
	pointer: '>',
	open: 'v',
	closed: '>',
	idle: '*',
	ellipsis: '~',
	barStart: '[',
	barEnd: ']',
	barFull: '#',
	barEmpty: '.',
	spark: ['_', '.', ':', '-', '=', '+', '*', '#'],
	stopping: 'v',
	copying: '#',
	starting: '^',
	settled: '+',
	estimate: '.',
	bullet: '*',
	up: 'up',
	down: 'down',
	left: 'left',
};

/** For a screen reader: marks are words. Nothing is aligned there, so they may be of any length. */
const spokenSymbols: Symbols = {
	...asciiSymbols,
	ok: 'ok:',
	warning: 'warning:',
	bad: 'bad:',
	never: 'none:',
	off: 'off:',
	running: 'running:',
	pointer: 'selected, ',
	open: 'open folder',
	closed: 'folder',
	idle: '',
	ellipsis: '...',
};

const unicodeBorder: BorderSymbols = {
	topLeft: '┌',
	topRight: '┐',
	bottomLeft: '└',
	bottomRight: '┘',
	horizontal: '─',
	vertical: '│',
};

const asciiBorder: BorderSymbols = {
	topLeft: '+',
	topRight: '+',
	bottomLeft: '+',
	bottomRight: '+',
	horizontal: '-',
	vertical: '|',
};

const colored: Readonly<Record<Tone, TextStyle>> = {
	plain: {},
	ok: { color: 'green' },
	warning: { color: 'yellow' },
	bad: { color: 'red', bold: true },
	muted: { dimColor: true },
	accent: { color: 'cyan' },
	title: { bold: true },
};

const colorless: Readonly<Record<Tone, TextStyle>> = {
	plain: {},
	ok: {},
	warning: {},
	bad: { bold: true },
	muted: {},
	accent: {},
	title: { bold: true },
};

/** The terminal's abilities that change how things look. */
export interface Look {
	readonly ascii: boolean;
	readonly color: boolean;
	readonly screenReader: boolean;
}

/** @returns the theme for a terminal; colour is never the only carrier of a meaning */
export function createTheme(look: Look): Theme {
	const ascii = look.ascii || look.screenReader;
	return {
		symbols: look.screenReader ? spokenSymbols : ascii ? asciiSymbols : unicodeSymbols,
		border: ascii ? asciiBorder : unicodeBorder,
		styles: look.color ? colored : colorless,
		linear: look.screenReader,
		ascii: look.ascii,
	};
}
