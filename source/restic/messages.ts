/** One JSON object from a line of restic's output. */
export type Message = Readonly<Record<string, unknown>>;

/** @returns the object of a line, or undefined for text, a cut line, an array or a lone value */
export function parseMessage(line: string): Message | undefined {
	if (!line.startsWith('{')) return undefined;
	try {
		return JSON.parse(line) as Message;
	} catch {
		return undefined;
	}
}

/** @returns the value of the last line that is JSON of the wanted kind: restic may write other lines before it */
export function findJson<T>(output: string, isWanted: (value: unknown) => value is T): T | undefined {
	const whole = tryParse(output);
	if (isWanted(whole)) return whole;
	for (const line of output.split('\n').reverse()) {
		const value = tryParse(line);
		if (isWanted(value)) return value;
	}
	return undefined;
}

export function isObject(value: unknown): value is Message {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly unknown[] {
	return Array.isArray(value);
}

function tryParse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** A finite number of at least 0, else 0: restic writes 2^63 where it cannot tell. */
export function count(value: unknown): number {
	return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

export function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

export function textList(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
