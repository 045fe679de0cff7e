import { styleText } from 'node:util';
import { sanitizeLine } from '../process/sanitize.ts';
import type { CommandIo, Marks, Output } from './context.ts';
import { hintText } from './hint.ts';

interface OutputOptions {
	readonly verbose: boolean;
	readonly quiet: boolean;
	readonly color: boolean;
	readonly wide: boolean;
	readonly ascii: boolean;
	readonly screenReader: boolean;
	readonly configPath: string | undefined;
}

const unicodeMarks: Marks = {
	ok: '✔',
	warning: '!',
	failed: '✘',
	off: '○',
	arrow: '→',
	dash: '–',
	ellipsis: '…',
};
const asciiMarks: Marks = {
	ok: '+',
	warning: '!',
	failed: 'x',
	off: 'o',
	arrow: '->',
	dash: '-',
	ellipsis: '~',
};
const wordMarks: Marks = {
	ok: 'ok',
	warning: 'warning',
	failed: 'failed',
	off: 'off',
	arrow: 'to',
	dash: '-',
	ellipsis: '...',
};

/** How a command talks: results on stdout, all else on stderr. */
export function createOutput(io: CommandIo, options: OutputOptions): Output {
	const error = (text: string) => io.stderr.write(`${text}\n`);
	const marks = options.screenReader ? wordMarks : options.ascii ? asciiMarks : unicodeMarks;
	const style: Output['style'] = (format, text) => paint(options.color && io.stdout.isTTY, format, text);
	const hint: Output['hint'] = (text, indent = 2) => {
		if (text === undefined) return;
		const shown = sanitizeLine(hintText(text, options.configPath));
		io.stdout.write(`${' '.repeat(indent)}${style('cyan', 'hint:')} ${shown}\n`);
	};
	return {
		line: (text = '') => io.stdout.write(`${text}\n`),
		json: (document) => io.stdout.write(`${JSON.stringify(document)}\n`),
		note: (text) => {
			if (!options.quiet) error(text);
		},
		advice: (text) => {
			if (!options.quiet) error(hintText(text, options.configPath));
		},
		detail: (text) => {
			if (options.verbose) error(text);
		},
		warn: (text, next) => {
			const color = options.color && io.stderr.isTTY;
			error(`${paint(color, 'yellow', 'warning:')} ${text}`);
			if (next !== undefined) error(`${paint(color, 'cyan', 'hint:')} ${hintText(next, options.configPath)}`);
		},
		problem: (text, next) => {
			io.stdout.write(`${style('red', marks.failed)} ${sanitizeLine(text)}\n`);
			hint(next);
		},
		hint,
		style,
		marks,
		width: io.stdout.isTTY && !options.wide ? io.stdout.columns : undefined,
	};
}

/** Puts a colour around a text, when wanted. Whether the stream takes it has been decided by the caller. */
export function paint(
	wanted: boolean,
	format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan',
	text: string,
): string {
	return wanted ? styleText(format, text, { validateStream: false }) : text;
}
