import type { Readable } from 'node:stream';
import type { Method, StackConfig } from '../../config/types.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Recorded } from '../../stacks/recorded.ts';
import type { RestoreFrom } from '../../stacks/recorded-differences.ts';
import type { Stack } from '../../stacks/types.ts';
import type { UpReport } from '../../stacks/verify-up.ts';
import type { Manifest, ManifestMount } from './manifest.ts';

/** What ran before, to be brought back exactly; opaque to the backup, kept in journal and manifest. */
/** What was seen when the stack was verified up; compared with when it is looked at again. */
export type { Inventory, UpReport };

/** Everything decided about one stack before its first container is touched. */
export interface PreparedStack {
	readonly inventory: Inventory;
	/** What it is brought back from: the configuration, images and volumes as they are before it goes down. */
	readonly recorded?: Recorded | undefined;
	/** True when something of the stack runs: else there is nothing to take down. */
	readonly runs: boolean;
	readonly method: Method;
	/** Why it is not the configured method. */
	readonly reasons: readonly string[];
	readonly warnings: readonly string[];
	readonly composeConfigs: Manifest['composeConfigs'];
	readonly images: Manifest['images'];
	readonly mounts: readonly ManifestMount[];
	/** What belongs into the snapshot and cannot be had, and why; not what is left out on purpose or does not exist yet. */
	readonly uncaptured: readonly string[];
	readonly coverage: { readonly captured: number; readonly excluded: number; readonly missing: number };
	/** Absolute host paths restic copies, without duplicates and nested ones. */
	readonly paths: readonly string[];
	/** restic patterns that come from the mounts (excluded binds inside the directory, the repository itself). */
	readonly excludes: readonly string[];
	/** argv of what takes it down and brings it up, for --dry-run. */
	readonly downCommands: readonly (readonly string[])[];
	readonly upCommands: readonly (readonly string[])[];
	/** `up` reads the configuration of now on standard input. */
	readonly upFromRecord: boolean;
}

/** A stack whose volumes stay readable until it is released. */
export interface HeldStack {
	readonly prepared: PreparedStack;
	release(): Promise<void>;
}

/** What ran during the copy that should not have. */
export interface QuietVerdict {
	readonly quiet: boolean;
	readonly culprits: readonly string[];
}

/** Docker, as the backup of one stack needs it. Bound to the engine in the wiring. */
export interface StackDocker {
	/** Resolves everything `down` and `up` will need. Throws `plan-refused`, `state-unknown`, `daemon-unreachable`. */
	prepare(stack: Stack, config: StackConfig): Promise<PreparedStack>;
	takeDown(
		prepared: PreparedStack,
		config: StackConfig,
		signal: AbortSignal,
		onQuiet?: () => void,
	): Promise<void>;
	/** @param interruptedSince when `down` began (ms UTC), if it did not end well; returns when verified up */
	bringUp(
		prepared: PreparedStack,
		config: StackConfig,
		interruptedSince?: number,
		restoreFrom?: RestoreFrom,
	): Promise<UpReport>;
	/**
	 * Goes on with a start that waits for a health check, for as long as that check may take. Returns when verified up. Throws
	 * `up-failed`; the signal's reason when aborted.
	 */
	bringUpLate(prepared: PreparedStack, config: StackConfig, signal: AbortSignal): Promise<UpReport>;
	/** Looks again over the settle time. @returns what is wrong, in words; empty = as it was */
	settle(prepared: PreparedStack, report: UpReport, signal: AbortSignal): Promise<readonly string[]>;
	/**
	 * Keeps volumes mounted whose mountpoint would vanish with the stack's containers. Those that cannot be held are streamed:
	 * `prepared` is what to go on with.
	 */
	hold(prepared: PreparedStack): Promise<HeldStack>;
	/**
	 * Keeps others from removing the volumes and images of a stack that goes down: without containers they count as unused.
	 * Call it before `down`. Never rejects: what cannot be protected is warned of, and compared with when the stack comes up.
	 */
	protect(prepared: PreparedStack): Promise<{ release(): Promise<void> }>;
	/** Begins to watch for anything that runs on the stack's data. */
	watch(prepared: PreparedStack): Promise<{ finish(): Promise<QuietVerdict> }>;
	/** The images of what ran, as one archive. */
	images?(prepared: PreparedStack, signal: AbortSignal): Promise<SavedImages>;
	/** Volumes without a host path: each as a tar stream. */
	streams(prepared: PreparedStack): readonly VolumeStream[];
}

export interface SavedImages {
	readonly references: readonly string[];
	readonly data: Readable;
	/** Rejects when the archive is cut. */
	readonly complete: Promise<unknown>;
}

export interface VolumeStream {
	readonly volume: string;
	open(signal: AbortSignal): Promise<{ readonly data: Readable; readonly complete: Promise<unknown> }>;
}
