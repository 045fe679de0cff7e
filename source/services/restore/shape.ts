import { sanitizeLine } from '../../process/sanitize.ts';

/** Checks one value that came from outside. @returns what is wrong with it, or undefined */
export type Shape = (value: unknown, at: string) => string | undefined;

type Fields = Readonly<Record<string, unknown>>;

/** @returns whether a value is an object with fields, not a list and not null */
export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any text. */
export const text: Shape = (value, at) => (typeof value === 'string' ? undefined : `${at} is not text`);

/** Text without what steers a terminal, hides text, or ends a line. */
export const plainText: Shape = (value, at) => {
	if (typeof value !== 'string') return `${at} is not text`;
	return sanitizeLine(value) === value ? undefined : `${at} has control characters`;
};

/** A name that no tool takes for a flag. */
export const plainName: Shape = (value, at) =>
	plainText(value, at) ??
	(/^[A-Za-z0-9][^\s/]*$/.test(value as string) ? undefined : `${at} is not a plain name`);

/** Absolute, below the root, and nothing in it that leads elsewhere: such a path is written to. */
export const plainPath: Shape = (value, at) => {
	const wrong = plainText(value, at);
	if (wrong !== undefined) return wrong;
	const path = value as string;
	const steps = path.split('/').slice(1);
	const plain = path.startsWith('/') && steps.every((step) => step !== '' && step !== '..' && step !== '.');
	return plain && path.length < 4096 ? undefined : `${at} is not a plain absolute path`;
};

export const flag: Shape = (value, at) =>
	typeof value === 'boolean' ? undefined : `${at} is neither true nor false`;

/** A whole number from 0 to a million: more of anything is no container host. */
export const count: Shape = (value, at) =>
	Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1_000_000
		? undefined
		: `${at} is not a whole number`;

export const anything: Shape = () => undefined;

export function orNull(shape: Shape): Shape {
	return (value, at) => (value === null ? undefined : shape(value, at));
}

export function orEmpty(shape: Shape): Shape {
	return (value, at) => (value === '' ? undefined : shape(value, at));
}

/** A list of at most this many. */
export function listOf(shape: Shape, most = 10_000): Shape {
	return (value, at) => {
		if (!Array.isArray(value)) return `${at} is not a list`;
		if (value.length > most) return `${at} has more than ${most} entries`;
		return first(value.entries(), (one, index) => shape(one, `${at}[${index}]`));
	};
}

/** Values by name, at most this many. */
export function mapOf(shape: Shape, most = 10_000): Shape {
	return (value, at) => {
		if (!isFields(value)) return `${at} is not a map`;
		const entries = Object.entries(value);
		if (entries.length > most) return `${at} has more than ${most} entries`;
		return first(entries, (one, name) => shape(one, `${at}.${sanitizeLine(name).slice(0, 80)}`));
	};
}

/** Fields that must be there, and fields that may be; others are not looked at. */
export function fieldsOf(
	needed: Readonly<Record<string, Shape>>,
	optional: Readonly<Record<string, Shape>> = {},
): Shape {
	return (value, at) => {
		if (!isFields(value)) return `${at} is not a map`;
		const wrong = first(Object.entries(needed), (shape, name) => shape(value[name], `${at}.${name}`));
		if (wrong !== undefined) return wrong;
		return first(Object.entries(optional), (shape, name) =>
			value[name] === undefined ? undefined : shape(value[name], `${at}.${name}`),
		);
	};
}

function first<Key, Value>(
	entries: Iterable<readonly [Key, Value]>,
	check: (value: Value, key: Key) => string | undefined,
): string | undefined {
	for (const [key, value] of entries) {
		const wrong = check(value, key);
		if (wrong !== undefined) return wrong;
	}
	return undefined;
}

/** More nested, or more of it, is made to exhaust who reads it. */
const deepest = 64;
const mostValues = 2_000_000;

/** @returns what is wrong with a JSON document as a whole: too deep, too large, or with a key that changes what objects are */
export function wrongDocument(document: unknown): string | undefined {
	let level: unknown[] = [document];
	let values = 0;
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > deepest) return `it is nested more than ${deepest} deep`;
		values += level.length;
		if (values > mostValues) return `it has more than ${mostValues} values`;
		const next: unknown[] = [];
		for (const value of level) {
			if (typeof value !== 'object' || value === null) continue;
			if (Object.hasOwn(value, '__proto__')) return 'it has a key "__proto__"';
			for (const one of Array.isArray(value) ? value : Object.values(value)) next.push(one);
		}
		level = next;
	}
	return undefined;
}
