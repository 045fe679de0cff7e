import { failureOf } from '../../rclone/classify.ts';
import { RcloneError } from '../../rclone/failure.ts';
import { checkSource } from './check-source.ts';
import { compareContents, compareNames, sliceDue } from './compare.ts';
import { checkIdentity, configHash } from './identity.ts';
import { countBytes, countFiles, type Inventory, neverListed, sortFiles } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import { type MirrorPlan, nothingToDo, planMirror } from './plan.ts';
import { expireQuarantine, removeGone, removeLeftovers } from './quarantine.ts';
import { readInventory } from './read-inventory.ts';
import { guardRemote } from './remote-directory.ts';
import { shortSnapshotId, writePending } from './remote-state.ts';
import { proveContent } from './upload.ts';
import { sendAgain, uploadInOrder } from './upload-in-order.ts';

export interface PassOutcome {
	readonly verified: string;
	readonly quarantinedFiles: number;
}

/** Filesystems stamp changes up to a clock tick late; a file read twice costs little. */
const clockToleranceMs = 2_000;

/**
 * One attempt to bring the remote to what the source is now: list both, guard, send in order, compare, take away in
 * reverse order. Whatever is done already is not done again, so a further attempt goes on where this one stopped.
 */
export async function mirrorPass(context: MirrorContext): Promise<PassOutcome> {
	const { deps, directory, place, rclone, remote } = context;
	const startedAt = deps.clock.now();
	const [sizes, source] = await Promise.all([
		rclone.list(place, neverListed, context.call()),
		readInventory(directory, (context.state.readAt ?? Number.POSITIVE_INFINITY) - clockToleranceMs),
	]);
	const found = sortFiles(sizes);
	const plan = planMirror(source, found);
	const alarms = await checkSource(context, source, found, plan);

	const unchanged = nothingToDo(plan) && context.state.configHash === configHash(directory);
	const replaceConfig = unchanged ? false : await checkRemote(context, source, found);
	await proveChanged(context, source, found, plan);
	announce(context, plan);
	const sent = unchanged ? [] : await uploadInOrder(context, { source, found, plan, replaceConfig });

	let verified = 'names and sizes';
	let quarantinedFiles = 0;
	let there = found;
	if (!deps.dryRun) {
		if (sent.length > 0) there = await compareNames(context, source);
		if (sent.length > 0 || sliceDue(context)) verified = await compare(context, source, found, sent);
		writePending(deps.stateDir, remote.name, []);
	}
	if (alarms.length === 0) quarantinedFiles = await removeGone(context, plan);
	if (plan.leftovers.length > 0) await removeLeftovers(context, plan);
	await expireQuarantine(context);

	remember(context, source, there, startedAt);
	return { verified, quarantinedFiles };
}

async function checkRemote(context: MirrorContext, source: Inventory, found: Inventory): Promise<boolean> {
	const { deps, directory, remote, address, rclone, state } = context;
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
		knownConfigHash: state.configHash,
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
	const text = `${plan.uploadFiles} files (${plan.uploadBytes} bytes) to send, ${plan.deleteFiles} to take away`;
	deps.emit({ type: 'message', level: 'info', text: `${remote.name}: ${text}` });
}

/**
 * Compares contents, and repairs the remote where it is the remote that is wrong: a local file whose content is what its
 * name says is sent again.
 */
async function compare(
	context: MirrorContext,
	source: Inventory,
	found: Inventory,
	sent: readonly string[],
): Promise<string> {
	const { text, different } = await compareContents(context, source, sent);
	if (different.length === 0) return text;
	await proveContent(context, different, found);
	const { deps, remote } = context;
	const what = `${different.length} files on the remote are damaged and are sent again, e.g. ${different[0]}`;
	deps.emit({ type: 'message', level: 'warn', text: `${remote.name}: ${what}` });
	await sendAgain(context, source, different);
	const second = await compareContents(context, source, different);
	if (second.different.length === 0) return `${second.text}, ${different.length} repaired`;
	throw new RcloneError(
		`${remote.name}: the remote does not keep what it is sent: ${second.different[0]}`,
		failureOf('server'),
		second.different.join('\n'),
	);
}

function remember(context: MirrorContext, source: Inventory, there: Inventory, readAt: number): void {
	const after = context.deps.dryRun ? there : source;
	context.state = {
		...context.state,
		readAt,
		configHash: configHash(context.directory),
		snapshots: [...there.files.snapshots.keys()].map(shortSnapshotId),
		files: countFiles(after.files),
		bytes: countBytes(after.files),
	};
}
