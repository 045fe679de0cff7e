import type { Assignment, Assignments } from './assignment.ts';
import type { ConfigProblem, OriginEntry } from './loaded.ts';
import type { PathBase } from './resolve-path.ts';
import { stack, stackParents } from './schema/stack.ts';
import { readSection } from './section-values.ts';
import type { StackConfig } from './types.ts';

interface ReadStacks {
	/** Settings of a stack by its name. */
	readonly stack: (name: string) => StackConfig;
	readonly names: readonly string[];
	readonly origins: readonly OriginEntry[];
	readonly problems: readonly ConfigProblem[];
}

const prefix = 'stack:';

/** Reads every `[stack:NAME]`, over the defaults of `[docker]` and `[local_backup]`. */
export function readStacks(assignments: Assignments, base: PathBase): ReadStacks {
	const parent = (key: string): Assignment | undefined => {
		const [section, name] = stackParents[key as keyof typeof stackParents];
		return assignments.get(section)?.get(name);
	};
	const read = (instance: string) => readSection(instance, stack, assignments, base, parent);
	// No section has this name, so everything is inherited.
	const general = read('').values;
	const configs = new Map<string, StackConfig>();
	const origins: OriginEntry[] = [];
	const problems: ConfigProblem[] = [];
	const configOf = (values: typeof general): StackConfig => ({
		method: values.METHOD,
		onDrift: values.ON_DRIFT,
		exclude: [...new Set([...general.EXCLUDE, ...values.EXCLUDE])],
		excludeVolumes: [...new Set([...general.EXCLUDE_VOLUME, ...values.EXCLUDE_VOLUME])],
		oneFileSystem: values.ONE_FILE_SYSTEM,
		warm: values.WARM,
		downtimeBudgetSeconds: values.DOWNTIME_BUDGET,
		overBudget: values.OVER_BUDGET,
		retryNotQuiesced: values.RETRY_NOT_QUIESCED,
		timeoutSeconds: values.TIMEOUT,
	});
	for (const instance of assignments.keys()) {
		if (!instance.startsWith(prefix)) continue;
		const section = read(instance);
		configs.set(instance.slice(prefix.length), configOf(section.values));
		origins.push(...section.origins);
		problems.push(...section.problems);
	}
	const byDefault = configOf(general);
	return { stack: (name) => configs.get(name) ?? byDefault, names: [...configs.keys()], origins, problems };
}
