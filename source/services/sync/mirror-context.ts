import type { RemoteConfig } from '../../config/types.ts';
import { type RemoteAddress, rcloneLocation, remoteAddress } from '../../rclone/address.ts';
import type { RemoteFeatures } from '../../rclone/features.ts';
import type { Rclone } from '../../rclone/types.ts';
import { type GuardFinding, guardError } from './guards.ts';
import { type DeleteLimit, parseDeleteLimit } from './max-delete.ts';
import { TransferProgress } from './progress.ts';
import type { RemoteMemory } from './remote-state.ts';
import { deadlineOf, timeLeft } from './retry.ts';
import type { SyncDeps, SyncOptions } from './types.ts';

/** What the steps of one remote's mirror share. */
export interface MirrorContext {
	readonly deps: SyncDeps;
	readonly remote: RemoteConfig;
	readonly address: RemoteAddress;
	/** The remote's repository as rclone takes it. */
	readonly place: string;
	readonly rclone: Rclone;
	/** The source's directory. */
	readonly directory: string;
	readonly limit: DeleteLimit;
	/** A person has said that snapshots that are not from here may leave the remote. */
	readonly acceptForeign: boolean;
	/** A person has said that the place may be empty, or on another disk. */
	readonly newPlace: boolean;
	/** When all must have ended (ms since 1970); Infinity = no bound. */
	readonly deadline: number;
	readonly progress: TransferProgress;
	/** Files whose content was found to match their name: not read again in a second attempt. */
	readonly proven: Set<string>;
	/** What is remembered of the remote; steps replace its state. */
	readonly memory: RemoteMemory;
	/** Asked once, when something is to be uploaded or compared. */
	features(): Promise<RemoteFeatures>;
	/** Bound of the next call, from the deadline. */
	call(): { readonly timeoutMs?: number };
	/** Emits a guard's finding, and throws `sync-guard` where it tripped. */
	guard(finding: GuardFinding): void;
}

/** @throws usage for a bad limit */
export function openMirror(
	deps: SyncDeps,
	remote: RemoteConfig,
	directory: string,
	options: SyncOptions,
	memory: RemoteMemory,
): MirrorContext {
	const address = remoteAddress(remote.remote, remote.path);
	const place = rcloneLocation(address);
	const rclone = deps.rclone(remote);
	const deadline = deadlineOf(deps, remote);
	let features: Promise<RemoteFeatures> | undefined;
	return {
		deps,
		remote,
		address,
		place,
		rclone,
		directory,
		limit: parseDeleteLimit(options.maxDelete ?? remote.maxDelete),
		acceptForeign: options.acceptForeign === true,
		newPlace: options.newPlace === true,
		deadline,
		progress: new TransferProgress(deps.emit, remote.name),
		proven: new Set(),
		memory,
		features: () => {
			features ??= rclone.features(place).catch((error: unknown) => {
				features = undefined;
				throw error;
			});
			return features;
		},
		call: () => timeLeft(deps, deadline),
		guard: (finding) => {
			const { guard, ok, detail } = finding;
			deps.emit({ type: 'guard', remote: remote.name, guard, ok, detail });
			if (!ok) throw guardError(remote.name, finding);
		},
	};
}
