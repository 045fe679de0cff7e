import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const cases = join(import.meta.dirname, '../cases');

/** @returns the numbers of all faults that the cases define, in order; each once for every definition */
export function faultNumbers(): readonly number[] {
	const texts = readdirSync(cases)
		.filter((name) => name.endsWith('.test.ts'))
		.map((name) => readFileSync(join(cases, name), 'utf8'));
	return texts.flatMap(numbersIn).toSorted((a, b) => a - b);
}

/** A fault begins with its number. */
function numbersIn(text: string): readonly number[] {
	return [...text.matchAll(/\bfault\(\s*(\d+),/g)].map(([, digits]) => Number(digits));
}
