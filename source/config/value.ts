import { nearest } from '../nearest.ts';
import { type PathBase, resolvePath } from './resolve-path.ts';
import type { Key } from './schema/key.ts';
import { parseRate, parseRemote, parseRepository, parseShare } from './tool-forms.ts';
import { splitList, splitWords } from './words.ts';

export type Value = string | number | boolean | readonly string[];

/** A value read from text, or what is wrong with it. */
export type ParsedValue =
	| { readonly value: Value }
	| { readonly problem: string; readonly hint?: string | undefined };

/**
 * Reads one value as its key demands: numbers in the unit of the key, paths absolute, enums in lower case.
 *
 * @param base what relative paths and `~/` stand for
 */
export function parseValue(key: Key, text: string, base: PathBase): ParsedValue {
	switch (key.type) {
		case 'string':
			return key.pattern === undefined || text === '' || key.pattern.form.test(text)
				? { value: text }
				: { problem: `must be ${key.pattern.words}, not ${shown(text)}` };
		case 'path':
			return resolvePath(text, base);
		case 'boolean':
			return parseBoolean(text);
		case 'enum':
			return parseEnum(key.values, text);
		case 'integer':
		case 'duration':
		case 'size':
			return parseNumber(key, text);
		case 'list':
			return fromSplit(splitList(text));
		case 'words':
			return fromSplit(splitWords(text));
		case 'repository':
			return parseRepository(text, base);
		case 'remote':
			return parseRemote(text);
		case 'rate':
			return parseRate(text);
		case 'share':
			return parseShare(text);
	}
}

function fromSplit(split: ReturnType<typeof splitWords>): ParsedValue {
	return 'problem' in split ? { problem: split.problem } : { value: split.parts };
}

function parseBoolean(text: string): ParsedValue {
	if (/^(true|yes|1|on)$/i.test(text)) return { value: true };
	if (/^(false|no|0|off)$/i.test(text)) return { value: false };
	return { problem: `must be true or false, not ${shown(text)}` };
}

function parseEnum(values: readonly string[], text: string): ParsedValue {
	const value = values.find((candidate) => candidate === text.toLowerCase());
	if (value !== undefined) return { value };
	const meant = nearest(text, values);
	return {
		problem: `must be one of ${values.join(', ')}, not ${shown(text)}`,
		hint: meant === undefined ? undefined : `did you mean ${meant}?`,
	};
}

type NumberKey = Extract<Key, { type: 'integer' | 'duration' | 'size' }>;

function parseNumber(key: NumberKey, text: string): ParsedValue {
	const value = readNumber(key.type, text.replaceAll(/\s+/g, ''));
	if (value === undefined) {
		const forms = {
			integer: 'a whole number',
			duration: 'a number of seconds, or with a unit such as 90s, 5m, 4h, 2d',
			size: 'a number of MiB, or with a unit such as 500M, 2G',
		};
		return { problem: `must be ${forms[key.type]}, not ${shown(text)}` };
	}
	if (value < key.min || value > key.max) {
		return { problem: `must be from ${key.min} to ${key.max} ${key.unit}, not ${shown(text)}` };
	}
	return { value };
}

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const mebibytesPer: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024, t: 1024 ** 2 };

function readNumber(type: NumberKey['type'], text: string): number | undefined {
	if (/^\d{1,12}$/.test(text)) return Number(text);
	if (type === 'duration' && /^(?:\d{1,12}[smhd])+$/i.test(text)) {
		const parts = [...text.toLowerCase().matchAll(/(\d+)([smhd])/g)];
		return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (secondsPer[unit ?? ''] ?? 0), 0);
	}
	const size = /^(\d{1,12})([kmgt])(?:i?b)?$/i.exec(text);
	if (type === 'size' && size !== null) {
		return Math.ceil(Number(size[1]) * (mebibytesPer[(size[2] ?? '').toLowerCase()] ?? 0));
	}
	return undefined;
}

function shown(text: string): string {
	return text === '' ? 'empty' : text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
