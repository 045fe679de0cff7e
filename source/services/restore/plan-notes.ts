import type { Inventory } from '../../stacks/inventory.ts';
import { describeDriver, type External } from './externals.ts';
import type { LiveStack } from './live-stack.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';
import type { PlannedPart } from './plan.ts';

/** @returns the external networks and volumes that are made */
export function externalNotes(externals: readonly External[], create: boolean): readonly string[] {
	return create ? externals.map(({ kind, name }) => `the external ${kind} ${name} is made`) : [];
}

/** @returns the links that lead to what is written */
export function linkNotes(parts: readonly PlannedPart[]): readonly string[] {
	const all = parts.flatMap(({ site }) =>
		site.links.map((link) => `${link.path} is a link to ${link.target}: ${site.path} is written`),
	);
	return [...new Set(all)];
}

/** @returns what a person should know of a restore in place before it is done, beside what changes */
export function planNotes(prepared: {
	opened: OpenedSnapshot;
	live: LiveStack;
	wanted: Inventory;
	start: boolean;
	whole: boolean;
	takesDown: boolean;
}): readonly string[] {
	const { opened, live, wanted, start, whole, takesDown } = prepared;
	const services = (inventory: Inventory) =>
		new Set(inventory.containers.filter((one) => !one.oneOff).map((one) => one.service));
	const extra = whole ? [...services(live.inventory)].filter((name) => !services(wanted).has(name)) : [];
	const options = opened.parts
		.filter((part) => Object.keys(part.mount?.driverOptions ?? {}).length > 0)
		.map((part) => `volume ${part.label} is ${part.mount === undefined ? '' : describeDriver(part.mount)}`);
	return [
		...opened.notes,
		...options,
		...(takesDown ? [`${live.stack.name} runs: it is taken down meanwhile`] : []),
		...(!live.bare && !live.runs && !start
			? [`${live.stack.name} is off and stays off (--start starts it)`]
			: []),
		...(extra.length > 0 && start ? [`not in the snapshot, left off: ${extra.join(', ')}`] : []),
	];
}
