import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import type { Debt, UnfinishedRestore } from '../../runs/journal.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Manifest } from '../backup/manifest.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { leftDownError } from '../downtime/left-down.ts';
import type { RestoreDeps } from './deps.ts';
import { type LiveStack, runsAnything } from './live-stack.ts';
import { makeDurable } from './make-durable.ts';
import { readManifest } from './read-manifest.ts';
import { absentVolume } from './removals.ts';
import { writeFiles } from './write-files.ts';

export interface PutBackRequest {
	readonly live: LiveStack;
	/** What ran before the restore. */
	readonly before: Inventory;
	/** The safety snapshot. */
	readonly safety: string;
	/** Start what ran before. */
	readonly start: boolean;
	/** Notes what is owed from now on. Throws where it has to be written and cannot. */
	readonly owes: (debt: Debt) => void;
	readonly settled: () => void;
}

/**
 * The way back: takes down what was started, puts back what a restore overwrote, takes away what it made, and starts what
 * ran before. Failures are noted; the journal then keeps the stack down.
 *
 * @returns whether everything is as it was
 */
export async function putBack(run: Run, deps: RestoreDeps, request: PutBackRequest): Promise<boolean> {
	const { before, safety } = request;
	const { name } = request.live.stack;
	const { timeoutSeconds } = deps.config.stack(name);
	const restore: UnfinishedRestore = {
		what: 'restore',
		since: deps.now().toISOString(),
		snapshot: safety,
		safetySnapshot: safety,
		start: request.start,
	};
	const warn = (text: string) => run.session.emit({ type: 'message', level: 'warn', stack: name, text });
	warn('going back to what was there before');
	try {
		const now = await deps.docker.inventory(request.live.stack);
		request.owes({ kind: 'half-restored', restore });
		if (runsAnything(now)) {
			await inPhase(run.session, { phase: 'down', stack: name }, () =>
				deps.docker.takeDown(now, timeoutSeconds, new AbortController().signal),
			);
		}
		await inPhase(run.session, { phase: 'restore', stack: name, target: 'what was there before' }, () =>
			rewrite(run, deps, safety),
		);
	} catch (error) {
		noteFailure(run.tally, leftDownError(name, error));
		return false;
	}
	request.owes({ kind: 'up' });
	try {
		if (!request.start) {
			request.settled();
			return true;
		}
		await inPhase(run.session, { phase: 'up', stack: name }, async () => {
			const ids = before.containers.map((container) => container.id);
			const there = await deps.docker.existing(ids);
			const method = ids.every((id) => there.has(id)) ? 'stop' : 'down';
			await deps.docker.bringUp({ inventory: before, method });
		});
		request.settled();
		return true;
	} catch (error) {
		noteFailure(run.tally, leftDownError(name, error));
		return false;
	}
}

/** Writes the safety snapshot back; the first signal does not stop it, since half of it is worth nothing. */
async function rewrite(run: Run, deps: RestoreDeps, safety: string): Promise<void> {
	const manifest = await readManifest(deps.own, safety);
	const { abilities } = await deps.own.version();
	for (const path of manifest?.paths ?? []) {
		await writeFiles(
			{ restic: deps.own, noLock: false },
			{ snapshot: safety, from: path, to: path, delete: abilities.restoreDelete },
		);
		await makeDurable(run, path);
	}
	await takeAwayAbsent(deps, manifest);
}

/** Removes what was not there when a safety snapshot was taken. */
export async function takeAwayAbsent(
	deps: Pick<RestoreDeps, 'docker'>,
	manifest: Manifest | undefined,
): Promise<void> {
	for (const absent of manifest?.absent ?? []) {
		const name = absentVolume(absent);
		if (name === undefined) {
			takeAway(absent);
			continue;
		}
		const holder = await deps.docker.hold(name, [name]);
		try {
			const volume = await deps.docker.volume(name);
			const root = volume === undefined ? undefined : deps.docker.hostPath(volume);
			if (root !== undefined) empty(root);
		} finally {
			await holder.release();
		}
	}
}

/** Removes what a restore made; a directory that was there, empty, may stay. */
function takeAway(path: string): void {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	if (stats?.isDirectory() === true) empty(path);
	else rmSync(path, { force: true });
	if (stats?.isDirectory() !== true) return;
	try {
		rmdirSync(path);
	} catch {
		// A mount point: it stays.
	}
}

function empty(directory: string): void {
	for (const name of readdirSync(directory, { encoding: 'buffer' })) {
		rmSync(Buffer.concat([Buffer.from(`${directory}/`), name]), { recursive: true, force: true });
	}
}
