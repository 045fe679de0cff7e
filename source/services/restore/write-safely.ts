import { toBackupTuiError } from '../../errors.ts';
import { inPhase } from '../conduct-run.ts';
import { beginDowntime } from '../downtime/measure.ts';
import type { Proven } from './keep-rules.ts';
import { nowOwes, unfinished, type Work, wayBack } from './progress.ts';
import { proveSafety } from './prove-safety.ts';
import { removeExtras } from './remove-extras.ts';
import { takeSafetySnapshot } from './safety.ts';
import { assertSamePlace, siteOf } from './site.ts';
import { ensureImages } from './start-restored.ts';
import { takeAwayAbsent } from './take-away.ts';
import { whileWatched } from './watch-writes.ts';
import { writeAll } from './write-all.ts';

/**
 * Everything up to the last verified byte: safety snapshot while the stack runs, down, safety snapshot of what changed
 * since, write. The progress shows how far it came when it throws.
 */
export async function writeSafely(work: Work): Promise<void> {
	const { run, prepared } = work;
	const { plan, begun, takesDown } = prepared;
	const overwrites = prepared.removals.length > 0 || plan.parts.some((part) => part.site.exists);
	// While it runs, so that the one in the downtime has only what changed since; and a repository that cannot take it
	// costs nobody a second.
	const warm =
		begun === undefined && overwrites && takesDown ? await safetySnapshot(work, { warm: true }) : undefined;
	run.signal.throwIfAborted();
	if (takesDown) await takeDown(work);
	await whileWatched(work, () => writeProven(work, warm, overwrites));
}

/** The stack is down: safety snapshot, proof, the first byte. */
async function writeProven(work: Work, warm: string | undefined, overwrites: boolean): Promise<void> {
	const { run, prepared, progress } = work;
	const { plan, begun } = prepared;
	const since = Date.now();
	if (begun === undefined)
		progress.safety = await safetySnapshot(work, warm === undefined ? {} : { parent: warm }).catch(
			(error: unknown) => {
				if (overwrites) throw error;
				return withoutSafety(work, error);
			},
		);
	const proven = await prove(work, since);
	for (const { placed, site } of plan.parts)
		assertSamePlace(placed, site, await siteOf(work.deps.docker, placed));
	run.signal.throwIfAborted();
	if (prepared.ofStack)
		nowOwes(work, { kind: 'half-restored', restore: unfinished(work) }, wayBack(prepared));
	progress.touched = true;
	await write(work, proven);
}

function safetySnapshot(
	{ run, deps, prepared }: Work,
	how: { readonly warm: true } | { readonly parent?: string },
): Promise<string | undefined> {
	const stack = prepared.live.stack.name;
	return inPhase(run.session, { phase: 'copy', stack, target: 'safety snapshot' }, () =>
		takeSafetySnapshot(run, deps, { prepared, parts: prepared.plan.parts, ...how }),
	);
}

/** On a bare host this host's own repository need not be there yet, and nothing is lost without it. */
function withoutSafety({ run, deps, prepared }: Work, error: unknown): undefined {
	if (deps.source === deps.own || run.signal.aborted) throw error;
	run.session.emit({
		type: 'message',
		level: 'warn',
		stack: prepared.live.stack.name,
		text: `this restore cannot be undone: ${toBackupTuiError(error).message}`,
	});
	return undefined;
}

async function takeDown(work: Work): Promise<void> {
	const { run, deps, prepared, progress } = work;
	const { live, begun } = prepared;
	const stack = live.stack.name;
	nowOwes(
		work,
		begun === undefined ? { kind: 'up' } : { kind: 'half-restored', restore: unfinished(work) },
		wayBack(prepared),
	);
	progress.downtime = beginDowntime(run, stack);
	await inPhase(run.session, { phase: 'down', stack }, () =>
		deps.docker.takeDown(live.inventory, deps.config.stack(stack).timeoutSeconds, run.signal),
	);
}

/** The second of the two that keep live data: the snapshot must hold what it was taken for. */
async function prove({ run, deps, prepared, progress }: Work, since: number): Promise<Proven | undefined> {
	const { begun, plan, removals, whole } = prepared;
	if (begun !== undefined || progress.safety === undefined) return undefined;
	const { safety } = progress;
	return inPhase(run.session, { phase: 'verify', stack: plan.stack, target: 'safety snapshot' }, () =>
		proveSafety(run, deps, { safety, since, parts: plan.parts, removals, whole }),
	);
}

async function write(
	{ run, deps, request, prepared, progress }: Work,
	proven: Proven | undefined,
): Promise<void> {
	const { plan, externals, opened, wanted, rules, whole } = prepared;
	for (const { kind, name } of externals) {
		if (kind === 'network') await deps.docker.createNetwork(name);
		else await deps.docker.createVolume({ name, driver: 'local', options: {}, labels: {} });
	}
	if (rules !== undefined)
		await inPhase(
			run.session,
			{ phase: 'restore', stack: plan.stack, target: 'what the snapshot does not have' },
			() => removeExtras(deps.source, { parts: plan.parts, rules, proven, whole, signal: run.signal }),
		);
	await writeAll(run, deps, {
		stack: prepared.live.stack.name,
		parts: plan.parts,
		wanted,
		beforeContainers: () => ensureImages(run, deps, prepared, wanted, progress),
		...(request.into === undefined ? {} : { labels: () => ({}) }),
	});
	if (prepared.removals.length > 0) await takeAwayAbsent(deps, opened.manifest, proven);
}
