import type { Binding } from './binding.ts';
import { cloudKeys } from './table/cloud.ts';
import { everywhereKeys } from './table/everywhere.ts';
import { listKeys } from './table/list.ts';
import { logKeys } from './table/logs.ts';
import { runKeys } from './table/run.ts';
import { copyKeys, severalKeys } from './table/several.ts';
import { snapshotKeys } from './table/snapshots.ts';
import { dirlistKeys, stackKeys } from './table/stacks.ts';
import { backupKeys, checkKeys, startKeys } from './table/starting.ts';
import { wizardKeys } from './table/wizards.ts';

/** Every key of the program. The first match counts: a screen's own keys come before those for all screens. */
export const keyTable = [
	...dirlistKeys,
	...backupKeys,
	...stackKeys,
	...startKeys,
	...runKeys,
	...logKeys,
	...snapshotKeys,
	...checkKeys,
	...copyKeys,
	...cloudKeys,
	...severalKeys,
	...wizardKeys,
	...listKeys,
	...everywhereKeys,
] as const satisfies readonly Binding[];

export type ActionName = (typeof keyTable)[number]['action'];
