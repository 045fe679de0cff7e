/** The archive of a streamed volume, at the top of a snapshot of its own: restic 0.18.0 takes no folders in `--stdin-filename`. */
export function streamName(volume: string): string {
	return `volume-${volume}.tar`;
}

/** @returns the volume in the archive at this path of a snapshot; earlier versions of this program kept `/volumes/NAME.tar` */
export function volumeOfStream(path: string): string {
	return /^\/?(?:volumes\/|volume-)([^/]+)\.tar$/.exec(path)?.[1] ?? path;
}
