import type { BackupResult } from '../../restic/types.ts';

/** Where what is added to the repository is counted up, bytes. */
export interface Added {
	addedBytes: number;
}

/** @returns what a copy has added to the repository; as it lies there where restic tells (0.17 and newer), bytes */
export function addedBytes({ summary }: BackupResult): number {
	return summary.addedBytesPacked ?? summary.addedBytes;
}
