import type { InventoryContainer } from './inventory.ts';

/** The containers that must be up before this one. */
export function prerequisites(
	container: InventoryContainer,
	all: readonly InventoryContainer[],
): readonly InventoryContainer[] {
	const services = new Set(container.dependsOn.map((dependency) => dependency.service));
	return all.filter(
		(other) =>
			other.id !== container.id &&
			(container.sharesWith.includes(other.id) ||
				(!other.oneOff && other.project === container.project && services.has(other.service))),
	);
}

/**
 * Containers in the order in which they start: each group needs only groups before it. Stopping goes the other way.
 * A circle, which Compose does not allow, is put into one group.
 */
export function startOrder(
	containers: readonly InventoryContainer[],
): readonly (readonly InventoryContainer[])[] {
	const groups: InventoryContainer[][] = [];
	const placed = new Set<string>();
	let left = [...containers];
	while (left.length > 0) {
		const ready = left.filter((container) =>
			prerequisites(container, containers).every((other) => placed.has(other.id)),
		);
		const group = ready.length > 0 ? ready : left;
		for (const container of group) placed.add(container.id);
		groups.push(group);
		left = left.filter((container) => !placed.has(container.id));
	}
	return groups;
}
