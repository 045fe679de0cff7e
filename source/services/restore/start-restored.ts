import { lstatSync } from 'node:fs';
import { BackupTuiError, toBackupTuiError } from '../../errors.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { DifferenceKind } from '../../stacks/inventory-differences.ts';
import type { Stack } from '../../stacks/types.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import type { RestoreDeps } from './deps.ts';
import { imageNeeds, provideImages } from './images.ts';
import type { PreparedRestore } from './prepare.ts';
import type { Progress } from './progress.ts';
import { savedImagesOf } from './saved-images.ts';

function isFile(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Sees to it that every image is there. @returns which could not be had */
export async function ensureImages(
	run: Run,
	deps: RestoreDeps,
	prepared: Pick<PreparedRestore, 'opened' | 'live'>,
	wanted: Inventory,
	progress: Pick<Progress, 'notes'>,
): Promise<BackupTuiError | undefined> {
	const { opened, live } = prepared;
	const stack = live.stack.name;
	if (opened.manifest === undefined) return undefined;
	const saved = savedImagesOf(run, deps, opened);
	const missing = await provideImages(deps.docker, imageNeeds(opened.manifest, wanted), {
		...(saved === undefined ? {} : { saved }),
		project: (name) => wanted.projects.find((one) => one.project === name && one.configFiles.every(isFile)),
		note: (text) => note(run, stack, progress, text),
		signal: run.signal,
	});
	return missing.length > 0 ? imagesMissing(stack, missing) : undefined;
}

function note(run: Run, stack: string, progress: Pick<Progress, 'notes'>, text: string): void {
	if (progress.notes.includes(text)) return;
	progress.notes.push(text);
	run.session.emit({ type: 'message', level: 'warn', stack, text });
}

/**
 * Sees to the images, brings the stack up, waits for its health, and looks again.
 *
 * @param progress gets the notes; `onUp` is called when it is verified up, before the second look
 * @param expected kinds of differences that are meant
 * @returns why it is not up
 */
export async function startRestored(
	run: Run,
	deps: RestoreDeps,
	prepared: Pick<PreparedRestore, 'opened' | 'live' | 'wasUp'>,
	wanted: Inventory,
	method: 'stop' | 'down',
	progress: Pick<Progress, 'notes'> & { readonly onUp?: () => void },
	expected: readonly DifferenceKind[] = [],
): Promise<BackupTuiError | undefined> {
	const stack = prepared.live.stack.name;
	try {
		// Containers that are there have their images.
		const missing = method === 'down' ? await ensureImages(run, deps, prepared, wanted, progress) : undefined;
		if (missing !== undefined) return asExit(missing, prepared.wasUp);
		const differences = await inPhase(run.session, { phase: 'up', stack }, () =>
			deps.docker.bringUp({ inventory: wanted, method }),
		);
		progress.onUp?.();
		for (const { kind, message } of differences)
			if (!expected.includes(kind))
				note(run, stack, progress, `not as when the snapshot was made: ${message}`);
		await lookAgain(run, deps, stack, wanted);
		return undefined;
	} catch (error) {
		return asExit(notUp(prepared.live.stack, toBackupTuiError(error)), prepared.wasUp);
	}
}

/**
 * Looks again after the settling time: a container that crashes after its start is only seen so. A person who wants to
 * leave does not wait for it.
 *
 * @throws up-failed naming what is up no more
 */
export async function lookAgain(
	run: Run,
	deps: Pick<RestoreDeps, 'docker'>,
	stack: string,
	inventory: Inventory,
): Promise<void> {
	if (run.signal.aborted) return;
	try {
		await inPhase(run.session, { phase: 'settle', stack }, async () => {
			const bad = await deps.docker.settle(inventory, run.signal);
			if (bad.length > 0) throw new BackupTuiError('up-failed', bad.join('; '));
		});
	} catch (error) {
		if (!run.signal.aborted) throw error;
	}
}

/** Exit code 7 is for a stack that was up before; one that never ran is a restore that failed. */
function asExit(error: BackupTuiError, wasUp: boolean): BackupTuiError {
	if (wasUp) return error;
	const { message, hint, detail } = error;
	return new BackupTuiError('restore-failed', message, {
		cause: error,
		...(hint === undefined ? {} : { hint }),
		...(detail === undefined ? {} : { detail }),
	});
}

function imagesMissing(
	stack: string,
	missing: readonly { readonly need: { readonly reference: string }; readonly why: string }[],
): BackupTuiError {
	const list = missing.map(({ need, why }) => `${need.reference} (${why})`).join(', ');
	const [first] = missing;
	return new BackupTuiError('up-failed', `${stack} is restored but not started: no image ${list}`, {
		hint: `bring it: docker pull, docker load or docker build -t ${first?.need.reference}`,
	});
}

function notUp({ name: stack, project }: Stack, cause: BackupTuiError): BackupTuiError {
	return new BackupTuiError(
		'up-failed',
		`${stack} is restored but does not run as it should: ${cause.message}`,
		{
			cause,
			hint: `see why: docker compose -p ${project} logs`,
			...(cause.detail === undefined ? {} : { detail: cause.detail }),
		},
	);
}
