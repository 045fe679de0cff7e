import { join } from 'node:path';
import type { Piece } from './choose-parts.ts';

/** Where a piece goes. */
export type Place =
	/** A directory or file on this host. `root`: up to here links may be followed, below it none; `to` where it is left out. */
	| { readonly kind: 'path'; readonly to: string; readonly root?: string }
	/** A volume, made when it is not there. */
	| { readonly kind: 'volume'; readonly volume: string }
	/** A volume without a name: the one the new container of this service has at this place. */
	| { readonly kind: 'anonymous'; readonly service: string; readonly destination: string };

export interface Placed {
	readonly piece: Piece;
	/** Absolute path in the snapshot. */
	readonly from: string;
	readonly place: Place;
}

function pathIn(piece: Piece): string {
	return piece.below === '' ? piece.part.source : join(piece.part.source, piece.below);
}

const anonymousName = /^[0-9a-f]{64}$/;

/**
 * Each piece to where it came from.
 *
 * @param volumeExists whether the engine has a volume: one without a name is found again only while it exists
 * @param into another volume for the one volume that is restored
 */
export function placeInPlace(
	pieces: readonly Piece[],
	volumeExists: (name: string) => boolean,
	into?: string,
): readonly Placed[] {
	return pieces.map((piece): Placed => {
		const { part } = piece;
		const from = pathIn(piece);
		if (part.kind !== 'volume' && part.kind !== 'stream')
			return { piece, from, place: { kind: 'path', to: from, root: part.source } };
		const volume = into ?? part.mount?.name ?? part.label;
		const service = part.mount?.services[0];
		if (into === undefined && anonymousName.test(volume) && !volumeExists(volume) && service !== undefined) {
			const destination = part.mount?.destination ?? '';
			return { piece, from, place: { kind: 'anonymous', service, destination } };
		}
		return { piece, from, place: { kind: 'volume', volume } };
	});
}

/** Each piece below a directory, by its path in the snapshot: two stacks or snapshots never mix. */
export function placeInTarget(pieces: readonly Piece[], target: string): readonly Placed[] {
	return pieces.map((piece): Placed => {
		const from = pathIn(piece);
		return { piece, from, place: { kind: 'path', to: join(target, from), root: target } };
	});
}

/** @returns the place in words */
export function describePlace(place: Place): string {
	if (place.kind === 'path') return place.to;
	if (place.kind === 'volume') return `volume ${place.volume}`;
	return `the volume without a name at ${place.destination} of ${place.service}`;
}
