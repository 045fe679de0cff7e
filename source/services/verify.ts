import type { VerificationDepth } from '../config/types.ts';
import { BackupTuiError } from '../errors.ts';
import type { Restic } from '../restic/client.ts';
import type { BackupSummary, Snapshot, TreeSize } from '../restic/types.ts';

export interface VerifyRequest {
	readonly stack: string;
	/** The id the backup gave, never `latest`. */
	readonly snapshotId: string;
	readonly depth: VerificationDepth;
	/** What restic said it has copied. */
	readonly summary: BackupSummary;
	/** What it lists, when that is known from one call for many snapshots. */
	readonly listed?: TreeSize;
	readonly signal?: AbortSignal;
}

export interface VerifyResult extends TreeSize {
	readonly depth: VerificationDepth;
}

/**
 * Proves a snapshot. `metadata`: it is there and has files as restic said; `files`: its listing has as many files and bytes as
 * restic has walked; `data`: everything it needs is read back from the repository.
 *
 * @throws verify-failed
 */
export async function verifySnapshot(restic: Restic, request: VerifyRequest): Promise<VerifyResult> {
	const { stack, snapshotId, depth, summary } = request;
	const call = { stack, ...(request.signal === undefined ? {} : { signal: request.signal }) };
	const failed = (what: string) =>
		new BackupTuiError('verify-failed', `${stack}: snapshot ${snapshotId.slice(0, 8)} ${what}`, {
			hint: 'check the repository: backup-tui check --read-data; then back up again',
		});
	const judge = (snapshot: Snapshot) => {
		if (snapshot.summary !== undefined && !sameSize(sizeOf(snapshot.summary), sizeOf(summary)))
			throw failed('does not say what restic said when it made it');
	};
	if (depth === 'metadata') {
		judge(await assertReadable(restic, snapshotId, call, failed));
		return { depth, ...sizeOf(summary) };
	}
	let { listed } = request;
	// What does not fit is looked at again, alone: that tells more.
	if (listed === undefined || !sameSize(listed, sizeOf(summary))) {
		const found = await listedSize(restic, snapshotId, call);
		judge(found.snapshot);
		listed = found.listed;
	}
	if (!sameSize(listed, sizeOf(summary)))
		throw failed(`lists ${inWords(listed)}, but ${inWords(sizeOf(summary))} were copied`);
	if (depth === 'data') {
		const read = await restic.readDataOfSnapshot(snapshotId, call);
		if (!read.ok) throw failed(`cannot be read back: ${read.errors[0] ?? 'damaged'}`);
	}
	return { depth, ...listed };
}

function sizeOf(summary: BackupSummary): TreeSize {
	return { files: summary.totalFiles, bytes: summary.totalBytes };
}

function sameSize(a: TreeSize, b: TreeSize): boolean {
	return a.files === b.files && a.bytes === b.bytes;
}

function inWords({ files, bytes }: TreeSize): string {
	return `${files} files of ${bytes} bytes`;
}

/** The top of the tree can be loaded. */
async function assertReadable(
	restic: Restic,
	id: string,
	call: { readonly signal?: AbortSignal },
	failed: (what: string) => BackupTuiError,
): Promise<Snapshot> {
	let entries = 0;
	const snapshot = await restic.ls(id, {
		...call,
		path: '/',
		onEntry: () => {
			entries += 1;
		},
	});
	if (entries === 0) throw failed('is empty');
	return snapshot;
}

async function listedSize(
	restic: Restic,
	id: string,
	call: { readonly signal?: AbortSignal },
): Promise<{ readonly snapshot: Snapshot; readonly listed: TreeSize }> {
	let files = 0;
	let bytes = 0;
	const snapshot = await restic.ls(id, {
		...call,
		onEntry: (entry) => {
			if (entry.type !== 'file') return;
			files += 1;
			bytes += entry.size;
		},
	});
	return { snapshot, listed: { files, bytes } };
}
