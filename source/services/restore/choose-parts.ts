import { BackupTuiError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { namesOfPart, type RestorePart } from './parts.ts';

/** What of a snapshot is wanted; empty lists mean all of it. */
export interface PartSelection {
	/** Volumes (or binds) by name. */
	readonly volumes: readonly string[];
	/** Paths: absolute as in the snapshot, or relative to the stack's directory, or to the one volume that is named. */
	readonly include: readonly string[];
}

/** A part, or one path below it. */
export interface Piece {
	readonly part: RestorePart;
	/** Path below the part's root without a leading slash; empty = the whole part. */
	readonly below: string;
}

function partNamed(parts: readonly RestorePart[], name: string, missing: MissingParts): RestorePart {
	const exact = parts.find((part) => part.label === name || part.source === name);
	const found = exact ?? parts.find((part) => part.kind !== 'directory' && namesOfPart(part).includes(name));
	if (found !== undefined) return found;
	const reason = missing.find((one) => one.label === name || one.label.endsWith(`_${name}`));
	if (reason !== undefined) {
		throw new BackupTuiError('restore-failed', `${name} is not in this snapshot: ${reason.why}`, {
			hint: 'see what is: backup-tui restore --stack NAME --dry-run --target /tmp/x',
		});
	}
	const names = parts.filter((part) => part.kind !== 'directory').map((part) => part.label);
	const near = nearest(name, names);
	throw new BackupTuiError('usage', `the snapshot has no volume "${name}"`, {
		hint:
			names.length === 0
				? 'it has no volumes, only the directory'
				: near === undefined
					? `it has ${names.join(', ')}`
					: `did you mean ${near}?`,
	});
}

type MissingParts = readonly { readonly label: string; readonly why: string }[];

/** @returns the path below `root`, or undefined when it is not there */
function below(root: string, path: string): string | undefined {
	if (path === root) return '';
	return path.startsWith(root === '/' ? '/' : `${root}/`)
		? path.slice(root.length).replace(/^\/+/, '')
		: undefined;
}

/** Takes `.`, `..` and double slashes out of a path as written. Never above the root. */
function tidy(path: string): string {
	const steps: string[] = [];
	for (const step of path.split('/')) {
		if (step === '' || step === '.') continue;
		if (step === '..') steps.pop();
		else steps.push(step);
	}
	return steps.join('/');
}

function pieceAt(parts: readonly RestorePart[], chosen: readonly RestorePart[], path: string): Piece {
	if (path.startsWith('/')) {
		const wanted = `/${tidy(path)}`;
		const holders = parts
			.map((part) => ({ part, rest: part.kind === 'stream' ? undefined : below(part.source, wanted) }))
			.filter((one): one is { part: RestorePart; rest: string } => one.rest !== undefined)
			.toSorted((a, b) => b.part.source.length - a.part.source.length);
		const [best] = holders;
		if (best !== undefined) return { part: best.part, below: best.rest };
		throw new BackupTuiError('restore-failed', `${path} is not in this snapshot`, {
			hint: `it holds ${parts.map((part) => part.source).join(', ')}`,
		});
	}
	const [base, more] = chosen.length > 0 ? chosen : parts.filter((part) => part.kind === 'directory');
	if (base === undefined || more !== undefined || base.kind === 'stream') {
		throw new BackupTuiError('usage', `--include ${path}: relative to what?`, {
			hint: 'name one --volume that lies in the snapshot as files, or give the path as it is in the snapshot',
		});
	}
	return { part: base, below: tidy(path) };
}

/**
 * Cuts the parts of a snapshot down to what is wanted.
 *
 * @param missing mounts that are not in the snapshot, to say why
 * @throws usage, restore-failed
 */
export function choosePieces(
	parts: readonly RestorePart[],
	selection: PartSelection,
	missing: MissingParts = [],
): readonly Piece[] {
	const volumes = selection.volumes.map((name) => partNamed(parts, name, missing));
	if (selection.include.length > 0) {
		const pieces = selection.include.map((path) => pieceAt(parts, volumes, path));
		return pieces.filter(
			(piece, index) =>
				pieces.findIndex((one) => one.part === piece.part && one.below === piece.below) === index,
		);
	}
	const chosen = volumes.length > 0 ? [...new Set(volumes)] : parts;
	return chosen.map((part) => ({ part, below: '' }));
}

/** @returns whether everything the snapshot holds is wanted */
export function isWhole(selection: PartSelection): boolean {
	return selection.volumes.length === 0 && selection.include.length === 0;
}
