import { failureOf } from '../../rclone/classify.ts';
import { RcloneError } from '../../rclone/failure.ts';
import { formatBytes, formatCount } from '../../runs/units.ts';
import { checkSource } from './check-source.ts';
import { compareContents, compareNames } from './compare.ts';
import { seenAfter } from './guard-foreign.ts';
import { guardRepository } from './guards.ts';
import { checkIdentity, configHash } from './identity.ts';
import { countBytes, countFiles, type Inventory, neverListed, sortFiles } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import { type MirrorPlan, nothingToDo, planMirror } from './plan.ts';
import { expireQuarantine, removeGone, removeLeftovers } from './quarantine.ts';
import { readInventory } from './read-inventory.ts';
import { guardRemote } from './remote-directory.ts';
import { shortSnapshotId, writePending } from './remote-state.ts';
import { dueSlice, type Slice } from './slice.ts';
import { proveContent } from './upload.ts';
import { sendAgain, uploadInOrder } from './upload-in-order.ts';

export interface PassOutcome {
	readonly verified: string;
	readonly quarantinedFiles: number;
}

/** Filesystems stamp changes up to a clock tick late; a file read twice costs little. */
const clockToleranceMs = 2_000;

/** A sync that was dated in the future says nothing about what changed since: then all is looked at. */
function changedSince(readAt: number | undefined, now: number): number {
	if (readAt === undefined) return Number.POSITIVE_INFINITY;
	return readAt > now + clockToleranceMs ? 0 : readAt - clockToleranceMs;
}

/**
 * One attempt to bring the remote to what the source is now: list both, guard, send in order, compare, take away in
 * reverse order. Whatever is done already is not done again, so a further attempt goes on where this one stopped.
 */
export async function mirrorPass(context: MirrorContext): Promise<PassOutcome> {
	const { deps, directory, place, rclone, remote } = context;
	const startedAt = deps.clock.now();
	const [sizes, source] = await Promise.all([
		rclone.list(place, neverListed, context.call()),
		readInventory(directory, changedSince(context.memory.state.readAt, startedAt)),
	]);
	const found = sortFiles(sizes);
	const plan = planMirror(source, found);
	context.guard(guardRepository(source, directory));
	const unchanged = nothingToDo(plan) && context.memory.state.configHash === configHash(directory);
	const replaceConfig = unchanged ? false : await checkRemote(context, source, found);
	const alarms = await checkSource(context, source, found, plan);
	await proveChanged(context, source, found, plan);
	announce(context, plan);
	const sent = unchanged ? [] : await uploadInOrder(context, { source, found, plan, replaceConfig });

	let verified = 'names and sizes';
	let quarantinedFiles = 0;
	let there = found;
	if (!deps.dryRun) {
		if (sent.length > 0) there = await compareNames(context, source);
		const slice = dueSlice(context, source);
		if (sent.length > 0 || slice !== undefined) verified = await compare(context, source, sent, slice);
		writePending(deps.stateDir, remote.name, []);
	}
	if (alarms.length === 0) quarantinedFiles = await removeGone(context, plan);
	if (plan.leftovers.length > 0) await removeLeftovers(context, plan);
	await expireQuarantine(context);

	remember(context, source, there, startedAt);
	return { verified, quarantinedFiles };
}

async function checkRemote(context: MirrorContext, source: Inventory, found: Inventory): Promise<boolean> {
	const { deps, directory, remote, address, rclone, memory } = context;
	const emptied = guardRemote(context, found);
	if (emptied !== undefined) context.guard(emptied);
	const identity = await checkIdentity({
		source: deps.source,
		directory,
		local: source,
		remote: found,
		config: remote,
		address,
		rclone,
		call: context.call,
		knownConfigHash: memory.state.configHash,
	});
	context.guard(identity.finding);
	return identity.replaceConfig;
}

/** Files never change once they are there. One that did since the last sync is read: it may be damaged. */
async function proveChanged(context: MirrorContext, source: Inventory, found: Inventory, plan: MirrorPlan) {
	const suspects = source.changed.filter((path) => !plan.uploads.data.has(path));
	await proveContent(context, suspects, found);
}

function announce(context: MirrorContext, plan: MirrorPlan): void {
	const { deps, remote, progress } = context;
	progress.begin(plan.uploadBytes, plan.uploadFiles);
	if (!deps.dryRun) return;
	const text = `${formatCount(plan.uploadFiles, 'file')} (${formatBytes(plan.uploadBytes)}) to send, ${plan.deleteFiles} to take away`;
	deps.emit({ type: 'message', level: 'info', text: `${remote.name}: ${text}` });
}

/**
 * Compares contents, and repairs the remote where it is the remote that is wrong: a local file whose content is what its
 * name says is sent again.
 */
async function compare(
	context: MirrorContext,
	source: Inventory,
	sent: readonly string[],
	slice: Slice | undefined,
): Promise<string> {
	const { deps, remote, memory } = context;
	const { text, different } = await compareContents(context, source, sent, slice?.paths ?? []);
	if (different.length > 0) {
		await proveContent(context, different, source);
		const what = `${different.length} files on the remote are damaged and are sent again, e.g. ${different[0]}`;
		deps.emit({ type: 'message', level: 'warn', text: `${remote.name}: ${what}` });
		await sendAgain(context, source, different);
		const second = await compareContents(context, source, different, []);
		if (second.different.length > 0) {
			const message = `${remote.name}: the remote does not keep what it is sent: ${second.different[0]}`;
			throw new RcloneError(message, failureOf('server'), second.different.join('\n'));
		}
	}
	if (slice !== undefined) memory.state = { ...memory.state, compared: slice.compared };
	return different.length === 0 ? text : `${text}, ${different.length} repaired`;
}

function remember(context: MirrorContext, source: Inventory, there: Inventory, readAt: number): void {
	const after = context.deps.dryRun ? there : source;
	context.memory.state = {
		...context.memory.state,
		readAt,
		configHash: configHash(context.directory),
		seen: seenAfter(context, source, there),
		snapshots: [...there.files.snapshots.keys()].map(shortSnapshotId),
		files: countFiles(after.files),
		bytes: countBytes(after.files),
	};
}
