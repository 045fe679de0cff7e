/** Version of an rclone, as far as it matters. */
export interface RcloneVersion {
	/** As rclone prints it, e.g. `1.60.1-DEV`. */
	readonly text: string;
	readonly major: number;
	readonly minor: number;
}

/** What one rclone can and cannot do. */
export interface RcloneAbilities {
	/** `--inplace`, and uploads under a temporary name where the backend can rename (since 1.63). */
	readonly inplaceOption: boolean;
	/** The S3 backend fails with "unsupported transport" when AWS_CA_BUNDLE is set (seen with 1.60.1, not with 1.75.2). */
	readonly caBundleBreaksS3: boolean;
}

/** @returns the version from the first line of `rclone version`, or undefined when it is not one */
export function parseVersion(output: string): RcloneVersion | undefined {
	const match = /^rclone v(\d+)\.(\d+)(\S*)/m.exec(output);
	if (match === null) return undefined;
	return {
		text: `${match[1]}.${match[2]}${match[3]}`,
		major: Number(match[1]),
		minor: Number(match[2]),
	};
}

/** The oldest version this program is tested with. */
export const oldestVersion = '1.60';

/** @returns true for versions older than the oldest one this program works with */
export function isTooOld(version: RcloneVersion): boolean {
	return !atLeast(version, 1, 60);
}

function atLeast(version: RcloneVersion, major: number, minor: number): boolean {
	return version.major > major || (version.major === major && version.minor >= minor);
}

export function abilitiesOf(version: RcloneVersion): RcloneAbilities {
	return {
		inplaceOption: atLeast(version, 1, 63),
		caBundleBreaksS3: !atLeast(version, 1, 68),
	};
}
