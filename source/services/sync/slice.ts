import { expectedHash, type Inventory, uploadOrder } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import { dayOf } from './quarantine.ts';

/** The part of the repository that is compared by content today. */
export interface Slice {
	readonly paths: readonly string[];
	/** What to remember once the comparison went well. */
	readonly compared: { readonly day: string; readonly next: number };
}

/**
 * Files are compared in turn, once a day, by the first byte of their names: all of them come round within the days a
 * structure check may be old.
 *
 * @returns undefined when today's part is done
 */
export function dueSlice(context: MirrorContext, source: Inventory): Slice | undefined {
	const { memory, remote, deps } = context;
	const day = dayOf(deps.clock.now());
	const last = memory.state.compared;
	if (last?.day === day) return undefined;
	const first = last?.next ?? 0;
	const width = Math.max(1, Math.ceil(256 / Math.max(1, remote.checkMaxAgeDays)));
	const paths = uploadOrder.flatMap((kind) =>
		[...source.files[kind].keys()].filter((path) => {
			const byte = Number.parseInt(expectedHash(path)?.slice(0, 2) ?? '', 16);
			return (byte - first + 256) % 256 < width;
		}),
	);
	return { paths, compared: { day, next: (first + width) % 256 } };
}
