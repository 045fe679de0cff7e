import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { forgetArgs, forgetIdsArgs, pruneArgs, tagArgs } from './args.ts';
import { listSnapshots } from './browse.ts';
import type { Invocation } from './invocation.ts';
import { findJson, isArray, isObject } from './messages.ts';
import type { Session } from './session.ts';
import { assertAllRead, byTime, parseSnapshot, unreadableSnapshots } from './snapshot.ts';
import type { CallOptions, ForgetRequest, ForgetResult, PruneResult, Snapshot } from './types.ts';

function call(operation: Invocation['operation'], args: readonly string[], options: CallOptions): Invocation {
	const { signal, timeoutMs, stack } = options;
	return {
		operation,
		args,
		lock: 'needed',
		...(signal === undefined ? {} : { signal }),
		...(timeoutMs === undefined ? {} : { timeoutMs }),
		...(stack === undefined ? {} : { stack }),
		command: { maxOutputBytes: 64 * 1024 * 1024 },
	};
}

/**
 * Forgets by policy. Data is freed only by `prune`.
 *
 * @throws config-invalid for a policy that keeps nothing; repository-damaged when a snapshot cannot be read: restic leaves it
 * out of what it keeps
 */
export async function forgetByPolicy(
	session: Session,
	request: ForgetRequest,
	options: CallOptions = {},
): Promise<ForgetResult> {
	const groups = await forgetInGroups(session, request, options);
	if (request.dryRun !== true)
		session.options.onForget?.(groups.flatMap(({ removed }) => removed).map(({ id }) => id));
	return {
		kept: groups.flatMap(({ kept }) => kept).toSorted(byTime),
		removed: groups.flatMap(({ removed }) => removed).toSorted(byTime),
	};
}

async function forgetInGroups(
	session: Session,
	request: ForgetRequest,
	options: CallOptions,
): Promise<ForgetResult[]> {
	const invocation = call('forget', forgetArgs(request), options);
	// A dry run looks only.
	const { stdout, stderr } = await session.run(
		request.dryRun === true ? { ...invocation, lock: 'none' } : invocation,
	);
	assertAllRead(unreadableSnapshots(stderr));
	const groups = (findJson(stdout, isArray) ?? []).filter(isObject);
	const now = session.options.clock();
	const pick = (list: unknown): Snapshot[] =>
		(isArray(list) ? list : [])
			.filter(isObject)
			.map((message) => parseSnapshot(message, now))
			.toSorted(byTime);
	return groups.map((group) => ({ kept: pick(group.keep), removed: pick(group.remove) }));
}

/**
 * What the policy would do to the snapshots of each set of paths with this tag. Changes nothing.
 *
 * @throws as `forgetByPolicy`
 */
export function forgetPlan(
	session: Session,
	request: Omit<ForgetRequest, 'dryRun' | 'groupBy'>,
	options: CallOptions = {},
): Promise<ForgetResult[]> {
	return forgetInGroups(session, { ...request, dryRun: true, groupBy: 'paths' }, options);
}

/** 64 KiB of argv. */
const mostIdsAtOnce = 1000;

/** Snapshots by id or unique beginning of one. @throws snapshot-unknown naming all that are not there */
export function pickSnapshots(all: readonly Snapshot[], ids: readonly string[]): Snapshot[] {
	const found = ids.map((id) =>
		all.filter((snapshot) => /^[0-9a-f]{4,64}$/.test(id) && snapshot.id.startsWith(id)),
	);
	const unknown = ids.filter((_id, index) => found[index]?.length !== 1);
	if (unknown.length > 0) {
		throw new BackupTuiError(
			'snapshot-unknown',
			`no such snapshot, or more than one: ${unknown.join(', ')}`,
			{
				hint: 'nothing was forgotten; list them with: backup-tui snapshots',
			},
		);
	}
	return [...new Set(found.flat())];
}

/**
 * Forgets snapshots by id, all or none. restic exits with 0 for an unknown id: they are looked up first, and looked for
 * afterwards.
 */
export async function forgetSnapshots(
	session: Session,
	ids: readonly string[],
	options: CallOptions & { readonly dryRun?: boolean } = {},
): Promise<Snapshot[]> {
	const chosen = pickSnapshots(await listSnapshots(session, {}, { ...options, onUnreadable: () => {} }), ids);
	if (options.dryRun === true) return chosen;
	await forgetKnown(
		session,
		chosen.map(({ id }) => id),
		options,
	);
	return chosen;
}

/**
 * Forgets snapshots whose full ids restic has just told; one that is gone already is no failure.
 *
 * @throws retention-failed when one is still there
 */
export async function forgetKnown(
	session: Session,
	ids: readonly string[],
	options: CallOptions = {},
): Promise<void> {
	session.options.onForget?.(ids);
	for (let from = 0; from < ids.length; from += mostIdsAtOnce) {
		await session.run(call('forget', forgetIdsArgs(ids.slice(from, from + mostIdsAtOnce)), options));
	}
	await assertForgotten(session, ids, options);
}

/** The same, then frees what no snapshot needs any more. */
export async function forgetAndPrune(
	session: Session,
	ids: readonly string[],
	options: CallOptions = {},
): Promise<void> {
	const last = ids.slice(-mostIdsAtOnce);
	const others = ids.slice(0, -last.length);
	if (others.length > 0) await forgetKnown(session, others, options);
	session.options.onForget?.(last);
	await session.run(call('prune', forgetIdsArgs(last, { prune: true }), options));
	await assertForgotten(session, last, options);
}

async function assertForgotten(
	session: Session,
	ids: readonly string[],
	options: CallOptions,
): Promise<void> {
	const left = new Set(await snapshotIds(session, options));
	const kept = ids.filter((id) => left.has(id));
	if (kept.length > 0) {
		throw new BackupTuiError(
			'retention-failed',
			`still there: ${kept.map((id) => id.slice(0, 8)).join(', ')}`,
			{ hint: 'check that the repository can be written' },
		);
	}
}

/** In a local repository the names of files; elsewhere restic is asked. */
async function snapshotIds(session: Session, options: CallOptions): Promise<readonly string[]> {
	const { location } = session;
	if (location.kind === 'local') return readdirSync(join(location.path, 'snapshots'));
	const left = await listSnapshots(session, {}, { ...options, onUnreadable: () => {} });
	return left.map(({ id }) => id);
}

/**
 * Changes the tags of snapshots; one call of restic's for all of them.
 *
 * @returns their new ids, by the ids they had: restic writes a changed snapshot anew
 */
export async function changeTags(
	session: Session,
	ids: readonly string[],
	change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
	options: CallOptions = {},
): Promise<ReadonlyMap<string, string>> {
	const before = pickSnapshots(await listSnapshots(session, {}, options), ids);
	// They stay, under other ids.
	session.options.onForget?.(before.map(({ id }) => id));
	await session.run(call('forget', tagArgs(ids, change), options));
	const after = await listSnapshots(session, {}, options);
	const renewed = before.map(({ id, original, time }) => {
		const same = after.find((snapshot) => snapshot.id === id);
		const changed = after.find(
			(snapshot) => snapshot.original === (original ?? id) && snapshot.time === time,
		);
		const found = same ?? changed;
		if (found === undefined)
			throw new BackupTuiError('snapshot-unknown', `snapshot ${id} is gone after its tags were changed`);
		return [id, found.id] as const;
	});
	return new Map(renewed);
}

const units: Readonly<Record<string, number>> = {
	B: 1,
	KiB: 2 ** 10,
	MiB: 2 ** 20,
	GiB: 2 ** 30,
	TiB: 2 ** 40,
};

/** @param report text of `prune`: `total prune: 12 blobs / 3.456 MiB` */
export function freedBytes(report: string): number | undefined {
	const found = /^total prune:\s+\d+ blobs \/ ([\d.]+) (B|KiB|MiB|GiB|TiB)/m.exec(report);
	return found === null ? undefined : Math.round(Number(found[1]) * (units[found[2] ?? 'B'] ?? 1));
}

/** Frees what no snapshot needs any more. */
export async function pruneData(
	session: Session,
	options: CallOptions & { readonly dryRun?: boolean; readonly maxRepackSize?: string } = {},
): Promise<PruneResult> {
	const invocation = call('prune', pruneArgs(options), options);
	const { stdout } = await session.run(
		options.dryRun === true ? { ...invocation, lock: 'none' } : invocation,
	);
	const bytes = freedBytes(stdout);
	return { text: stdout.trim(), ...(bytes === undefined ? {} : { freedBytes: bytes }) };
}
