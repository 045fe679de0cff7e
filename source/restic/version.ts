/**
 * What a version of restic can do. Source: restic's changelog (version in which each feature came), and runs of
 * 0.14.0 and 0.19.1.
 */
export interface ResticAbilities {
	/** `--retry-lock`: 0.16.0. */
	readonly retryLock: boolean;
	/** `backup --stdin-from-command`: 0.17.0. */
	readonly stdinFromCommand: boolean;
	/** Does not write through symbolic links that lead out of the restore target: 0.17.0. */
	readonly safeSymlinks: boolean;
	/** `restore --overwrite`: 0.17.0. */
	readonly restoreOverwrite: boolean;
	/** `restore --delete` and `--dry-run`: 0.17.0. */
	readonly restoreDelete: boolean;
	/** `restore SNAPSHOT:SUBFOLDER`: 0.16.0. */
	readonly subfolder: boolean;
	/** `restore --sparse`: 0.15.0. */
	readonly restoreSparse: boolean;
	/** `check` of chosen snapshots: 0.19.0. */
	readonly checkSnapshot: boolean;
	/** `dump` of a directory fails when a part of the tree is damaged: seen with 0.19.1; 0.14.0 leaves it out with exit code 0. */
	readonly dumpTellsDamage: boolean;
}

export interface ResticVersion {
	/** `0.19.1` */
	readonly text: string;
	readonly major: number;
	readonly minor: number;
	readonly patch: number;
	readonly abilities: ResticAbilities;
}

/** The oldest version this program is tested with. */
export const oldestVersion = '0.14.0';

function abilitiesOf(major: number, minor: number): ResticAbilities {
	const since = (wanted: number) => major > 0 || minor >= wanted;
	return {
		retryLock: since(16),
		stdinFromCommand: since(17),
		safeSymlinks: since(17),
		restoreOverwrite: since(17),
		restoreDelete: since(17),
		subfolder: since(16),
		restoreSparse: since(15),
		checkSnapshot: since(19),
		dumpTellsDamage: since(19),
	};
}

/** @param output of `restic version`, e.g. `restic 0.14.0 compiled with go1.19.8 on linux/amd64` */
export function parseVersion(output: string): ResticVersion | undefined {
	const found = /^restic (\d+)\.(\d+)(?:\.(\d+))?/m.exec(output);
	if (found === null) return undefined;
	const [major, minor, patch] = [found[1], found[2], found[3] ?? '0'].map(Number) as [number, number, number];
	return { text: `${major}.${minor}.${patch}`, major, minor, patch, abilities: abilitiesOf(major, minor) };
}

/** @returns true for versions older than the oldest one this program works with */
export function isTooOld(version: ResticVersion): boolean {
	return version.major === 0 && version.minor < 14;
}

const lacks: Readonly<Partial<Record<keyof ResticAbilities, string>>> = {
	retryLock: 'wait for a lock by itself (0.16)',
	safeSymlinks: 'restore safely over symbolic links (0.17)',
	restoreOverwrite: 'restore only what differs (0.17)',
	checkSnapshot: 'read back the data of one snapshot by itself (0.19)',
};

/** @returns what this version cannot do, in words; empty for a recent one */
export function missingAbilities(version: ResticVersion): readonly string[] {
	return Object.entries(lacks)
		.filter(([ability]) => !version.abilities[ability as keyof ResticAbilities])
		.map(([, text]) => text);
}
