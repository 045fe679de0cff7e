import { styleText } from 'node:util';
import type { CommandIo, Marks, Output } from './context.ts';

interface OutputOptions {
	readonly verbose: boolean;
	readonly quiet: boolean;
	readonly color: boolean;
	readonly ascii: boolean;
	readonly screenReader: boolean;
}

const unicodeMarks: Marks = { ok: '✔', warning: '!', failed: '✘', off: '○', arrow: '→', dash: '–' };
const asciiMarks: Marks = { ok: '+', warning: '!', failed: 'x', off: 'o', arrow: '->', dash: '-' };
const wordMarks: Marks = {
	ok: 'ok',
	warning: 'warning',
	failed: 'failed',
	off: 'off',
	arrow: 'to',
	dash: '-',
};

/** How a command talks: results on stdout, all else on stderr. */
export function createOutput(io: CommandIo, options: OutputOptions): Output {
	const error = (text: string) => io.stderr.write(`${text}\n`);
	return {
		line: (text = '') => io.stdout.write(`${text}\n`),
		json: (document) => io.stdout.write(`${JSON.stringify(document)}\n`),
		note: (text) => {
			if (!options.quiet) error(text);
		},
		detail: (text) => {
			if (options.verbose) error(text);
		},
		warn: (text, hint) => {
			error(`${paint(options.color && io.stderr.isTTY, 'yellow', 'warning:')} ${text}`);
			if (hint !== undefined) error(`${paint(options.color && io.stderr.isTTY, 'cyan', 'hint:')} ${hint}`);
		},
		style: (format, text) => paint(options.color && io.stdout.isTTY, format, text),
		marks: options.screenReader ? wordMarks : options.ascii ? asciiMarks : unicodeMarks,
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
