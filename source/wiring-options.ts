import type { ConfigProblem } from './config/loaded.ts';
import type { Config } from './config/types.ts';
import type { Journal, JournalEntry } from './runs/journal.ts';
import type { Inventory } from './services/backup/ports.ts';
import type { HeldBackList } from './services/backup/shrink.ts';
import type { Run } from './services/conduct-run.ts';
import type { Resuming } from './services/downtime/recover.ts';
import type { HealthDeps } from './services/health/read-facts.ts';

/** What the services are built from. */
export interface WiringOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly version: string;
	readonly dryRun: boolean;
	/** How long a held lock is waited for; Infinity = as long as it takes. */
	readonly lockWaitSeconds: number;
	/** What is worth a word in the configuration: judged with the rest. Throws what is wrong with it. */
	readonly configWarnings?: () => Promise<readonly ConfigProblem[]>;
	/** What the UI knows already. */
	readonly known?: Partial<Pick<HealthDeps, 'discover' | 'states' | 'runs' | 'history'>>;
}

/** What a use case that touches stacks gets besides. */
export interface BackupWiring extends WiringOptions {
	readonly journal: Journal<Inventory>;
	readonly heldBack: HeldBackList;
	/** Brings up what dead runs owe. @returns how many stacks; to be called under the stacks lock */
	readonly recover: (run: Run, resuming?: Resuming) => Promise<number>;
	/** What dead runs owe. */
	readonly owed: () => readonly JournalEntry<Inventory>[];
}
