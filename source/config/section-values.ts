import type { Assignment, Assignments } from './assignment.ts';
import type { ConfigProblem, Origin, OriginEntry } from './loaded.ts';
import { shown } from './mask.ts';
import type { PathBase } from './resolve-path.ts';
import type { SectionKeys, SectionValues } from './schema/key.ts';
import { parseValue } from './value.ts';

/** A section read: typed values, the origin of each, and what is wrong. */
export interface ReadSection<S extends SectionKeys> {
	readonly values: SectionValues<S>;
	readonly origins: readonly OriginEntry[];
	readonly problems: readonly ConfigProblem[];
}

/** Finds the assignment of a key that its own section does not set, or undefined for the default. */
export type Inherit = (key: string) => Assignment | undefined;

/**
 * Reads all keys of one section instance. A value that cannot be read is reported and replaced by the default,
 * so that one pass finds every problem.
 */
export function readSection<S extends SectionKeys>(
	instance: string,
	keys: S,
	assignments: Assignments,
	base: PathBase,
	inherit: Inherit = () => undefined,
): ReadSection<S> {
	const values: Record<string, unknown> = {};
	const origins: OriginEntry[] = [];
	const problems: ConfigProblem[] = [];
	for (const [name, key] of Object.entries(keys)) {
		const own = assignments.get(instance)?.get(name);
		const assignment = own ?? inherit(name);
		const text = assignment?.text ?? key.default;
		const parsed = parseValue(key, text, base);
		if ('value' in parsed) values[name] = parsed.value;
		else {
			const fallback = parseValue(key, key.default, base);
			values[name] = 'value' in fallback ? fallback.value : '';
			// A value that is inherited is reported where it stands.
			if (own !== undefined) problems.push(problemOf(own, parsed.problem, parsed.hint));
		}
		if (key.required === true && text === '') {
			problems.push({
				severity: 'error',
				section: instance,
				key: name,
				message: 'must be set',
				...(key.example === undefined ? {} : { hint: `for example ${name}=${key.example}` }),
			});
		}
		const origin: Origin = assignment?.origin ?? { kind: 'default', detail: '' };
		origins.push({ section: instance, key: name, value: shown(key.secret === true, text), origin });
	}
	return { values: values as SectionValues<S>, origins, problems };
}

function problemOf(assignment: Assignment, message: string, hint: string | undefined): ConfigProblem {
	const { section, written, line, origin } = assignment;
	return {
		severity: 'error',
		...(origin.kind === 'file' ? { section } : {}),
		...(line === undefined ? {} : { line }),
		key: written,
		message,
		...(hint === undefined ? {} : { hint }),
	};
}
