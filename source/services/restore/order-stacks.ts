/** What a stack brings and what it needs from others, by the names the engine knows. */
export interface StackNeeds {
	readonly name: string;
	/** Networks and volumes it makes. */
	readonly makes: readonly string[];
	/** Networks and volumes that are external to it. */
	readonly needs: readonly string[];
}

interface ResolvedObjects {
	readonly networks?: Readonly<Record<string, ResolvedObject | null>>;
	readonly volumes?: Readonly<Record<string, ResolvedObject | null>>;
}

interface ResolvedObject {
	readonly name?: string;
	readonly external?: boolean;
}

/** @param configs resolved compose configurations of one stack, as the manifest has them */
export function needsOf(name: string, configs: readonly unknown[]): StackNeeds {
	const makes: string[] = [];
	const needs: string[] = [];
	for (const config of configs as readonly ResolvedObjects[]) {
		for (const kind of ['networks', 'volumes'] as const) {
			for (const [key, object] of Object.entries(config?.[kind] ?? {}))
				(object?.external === true ? needs : makes).push(`${kind} ${object?.name ?? key}`);
		}
	}
	return { name, makes, needs };
}

/**
 * The order in which stacks are brought back: who makes a network or a volume before who needs it, else by name. A circle
 * (possible where `external` names were made by hand first) is cut at the first name.
 */
export function orderStacks<T extends StackNeeds>(stacks: readonly T[]): readonly T[] {
	const byName = stacks.toSorted((a, b) => a.name.localeCompare(b.name));
	const ordered: T[] = [];
	const visited = new Set<T>();
	const visit = (stack: T) => {
		if (visited.has(stack)) return;
		visited.add(stack);
		for (const other of byName) {
			if (other !== stack && other.makes.some((made) => stack.needs.includes(made))) visit(other);
		}
		ordered.push(stack);
	};
	for (const stack of byName) visit(stack);
	return ordered;
}
