import { PassThrough } from 'node:stream';
import { BackupTuiError } from '../../errors.ts';
import type { Run } from '../conduct-run.ts';
import { seldom } from '../progress-rate.ts';
import type { RestoreDeps } from './deps.ts';
import { describeDriver, volumeLabels } from './externals.ts';
import { makeDurable } from './make-durable.ts';
import type { PlannedPart } from './plan.ts';
import { assertSamePlace, belowVolume, siteOf } from './site.ts';
import { tarDirectory } from './tar-header.ts';
import { entryAt, writeFiles } from './write-files.ts';

export interface PartWrite {
	readonly part: PlannedPart;
	/** Volume that takes the place of the one that is planned: the new one without a name. */
	readonly volume?: string;
	/** Compose project the volume is to belong to, where that is not the snapshot's. */
	readonly labels?: Readonly<Record<string, string>>;
}

type WriteDeps = Pick<RestoreDeps, 'source' | 'noLock' | 'docker'>;

function progressOf(run: Run, stack: string, part: PlannedPart) {
	return seldom(
		(progress: { bytesDone: number; bytesTotal: number; filesDone: number; filesTotal: number }) =>
			run.session.emit({
				type: 'progress',
				stack,
				phase: 'restore',
				...progress,
				currentFiles: [part.label],
			}),
	);
}

/** A volume without a path on this host gets its files through a container, as an archive. */
async function writeArchive(
	run: Run,
	deps: WriteDeps,
	stack: string,
	part: PlannedPart,
	volume: string,
): Promise<void> {
	const { piece, from } = part.placed;
	const { snapshot, kind } = piece.part;
	const tar = new PassThrough();
	if (kind === 'stream') {
		const filled = deps.docker.fillVolume(stack, volume, tar, undefined, run.signal);
		await pour(deps.source.dump(snapshot, from, tar, { signal: run.signal }), tar, filled);
		return;
	}
	if (belowVolume(piece) !== '') {
		throw new BackupTuiError(
			'restore-failed',
			`the volume ${volume} has no path on this host: only all of it can be restored`,
			{ hint: 'leave out --include, or restore into a directory: --target DIR' },
		);
	}
	const root = await entryAt(deps.source, snapshot, from, run.signal);
	if (root === undefined) throw new BackupTuiError('restore-failed', `${from} is not in the snapshot`);
	// restic's archive does not hold the directory itself, and with it the mode and owner of the volume.
	const below = { path: from, root: tarDirectory(from.slice(1), root) };
	const filled = deps.docker.fillVolume(stack, volume, tar, below, run.signal);
	await pour(deps.source.dump(snapshot, from, tar, { signal: run.signal, archive: 'tar' }), tar, filled);
	run.session.emit({
		type: 'message',
		level: 'warn',
		text: `${volume}: restored through a container, without hard links and extended attributes`,
	});
}

async function pour(source: Promise<void>, tar: PassThrough, sink: Promise<void>): Promise<void> {
	const ended = source.then(
		() => void tar.end(),
		(error: unknown) => {
			tar.destroy(error as Error);
			throw error;
		},
	);
	const [first, second] = await Promise.allSettled([ended, sink]);
	if (first.status === 'rejected') throw first.reason;
	if (second.status === 'rejected') throw second.reason;
}

/** Makes the volume a part goes to as it was: driver, options, labels. One that is there stays as it is. */
async function ensureVolume(
	run: Run,
	deps: Pick<RestoreDeps, 'docker'>,
	write: Pick<PartWrite, 'part' | 'labels'>,
	name: string,
): Promise<void> {
	if ((await deps.docker.volume(name)) !== undefined) return;
	const { mount } = write.part.placed.piece.part;
	const own = write.labels === undefined;
	const options = own ? (mount?.driverOptions ?? {}) : {};
	if (mount !== undefined && Object.keys(options).length > 0) {
		run.session.emit({ type: 'message', level: 'warn', text: `volume ${name}: ${describeDriver(mount)}` });
	}
	await deps.docker.createVolume({
		name,
		driver: own ? mount?.driver || 'local' : 'local',
		options,
		labels: write.labels ?? (mount === undefined || mount.external ? {} : volumeLabels(mount)),
	});
}

/**
 * Writes one part to its place, verified.
 *
 * @throws restore-failed, no-space, tool-too-old, repository-*, daemon-unreachable
 */
export async function writePart(run: Run, deps: WriteDeps, stack: string, write: PartWrite): Promise<void> {
	const { part } = write;
	const { placed, changes } = part;
	const files = async (to: string) => {
		await writeFiles(
			{
				restic: deps.source,
				noLock: deps.noLock,
				signal: run.signal,
				onProgress: progressOf(run, stack, part),
			},
			{
				snapshot: placed.piece.part.snapshot,
				from: placed.from,
				to,
				leave: part.leave,
				inTheWay: changes?.inTheWay ?? [],
				...(part.entry === undefined ? {} : { entry: part.entry }),
			},
		);
		await makeDurable(run, to);
	};
	if (placed.place.kind === 'path') {
		const now = await siteOf(deps.docker, placed);
		assertSamePlace(placed, part.site, now);
		return await files(now.path ?? placed.place.to);
	}
	const name = write.volume ?? (placed.place.kind === 'volume' ? placed.place.volume : '');
	await ensureVolume(run, deps, write, name);
	const holder = await deps.docker.hold(stack, [name]);
	try {
		const now = await siteOf(deps.docker, { ...placed, place: { kind: 'volume', volume: name } });
		assertSamePlace(placed, part.site, now);
		if (now.path === undefined) return await writeArchive(run, deps, stack, part, name);
		await files(now.path);
	} finally {
		await holder.release();
	}
}
