import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { checkArgs } from '../restic/args.ts';
import type { Restic } from '../restic/client.ts';
import type { CheckResult } from '../restic/types.ts';
import type { Emit } from '../runs/events.ts';
import { makePrivateDirectory, writeDurably } from '../runs/files.ts';

/** The last check of the repository, as it is kept in the state directory. */
export interface LastCheck {
	readonly v: 1;
	/** Id of the repository it was of. */
	readonly repository: string;
	/** ISO time, UTC. */
	readonly at: string;
	readonly ok: boolean;
	/** ISO time of the last one that found nothing. */
	readonly lastOkAt?: string;
	/** ISO time at which the last full round of reading data ended. */
	readonly dataReadAt?: string;
	/** The part of the data that is read next, from 1, and in how many parts it is read. */
	readonly nextPart?: number;
	readonly parts?: number;
	readonly errors: readonly string[];
}

const fileName = 'last-check.json';
const dayMs = 24 * 3600 * 1000;
const mostErrors = 20;

/** @returns undefined when there was none, or its record cannot be read */
export function readLastCheck(stateDir: string): LastCheck | undefined {
	try {
		return parseLastCheck(readFileSync(join(stateDir, fileName), 'utf8'));
	} catch {
		return undefined;
	}
}

/** The same, for the UI: a slow disk must not hold up keys. */
export async function loadLastCheck(stateDir: string): Promise<LastCheck | undefined> {
	return parseLastCheck(await readFile(join(stateDir, fileName), 'utf8').catch(() => ''));
}

function parseLastCheck(text: string): LastCheck | undefined {
	try {
		const value = JSON.parse(text) as LastCheck;
		return value.v === 1 ? value : undefined;
	} catch {
		return undefined;
	}
}

/** @param everyDays 0 = never. A check of another repository, or one that failed, does not count. */
export function isCheckDue(
	last: LastCheck | undefined,
	repository: string,
	everyDays: number,
	now: number,
): boolean {
	if (everyDays <= 0) return false;
	if (last === undefined || last.repository !== repository || !last.ok) return true;
	const at = Date.parse(last.at);
	return Number.isNaN(at) || at > now || now - at >= everyDays * dayMs;
}

/**
 * Which part of the data is read: n of t, in turn, so that after t checks all of it was read. A random share would leave
 * some of it unread for ever.
 *
 * @param percent 0..100; 0 = none, 100 = all
 */
export function nextShare(
	last: LastCheck | undefined,
	percent: number,
): { readonly part: number; readonly parts: number } | undefined {
	if (percent <= 0) return undefined;
	const parts = Math.max(1, Math.round(100 / percent));
	const next = last?.parts === parts ? (last.nextPart ?? 1) : 1;
	return { part: next > parts ? 1 : next, parts };
}

export interface CheckDeps {
	readonly restic: Restic;
	readonly stateDir: string;
	readonly now: () => Date;
	readonly signal?: AbortSignal;
}

export interface CheckOutcome extends CheckResult {
	/** How much of the data was read, e.g. `2/10`; absent for the structure alone. */
	readonly share?: string;
}

/**
 * Checks the repository and writes down how it went. The record is what `sync` trusts.
 *
 * @param percent share of the data to read, 0..100
 * @throws check-failed with what restic found
 */
export async function checkRepository(deps: CheckDeps, percent: number): Promise<CheckOutcome> {
	const { restic, stateDir, now } = deps;
	const call = deps.signal === undefined ? {} : { signal: deps.signal };
	const repository = await restic.id(call);
	const earlier = readLastCheck(stateDir);
	const last = earlier?.repository === repository ? earlier : undefined;
	const share = nextShare(last, percent);
	const result = await restic.check({ ...call, ...readOptions(share) });
	record(stateDir, nextRecord(repository, last, result, share, now().toISOString()));
	if (!result.ok) throw checkError(result);
	return { ...result, ...(share === undefined ? {} : { share: `${share.part}/${share.parts}` }) };
}

/** Prints what `checkRepository` would run. */
export async function dryRunCheck(
	emit: Emit,
	restic: Restic,
	stateDir: string,
	percent: number,
): Promise<void> {
	const options = readOptions(nextShare(readLastCheck(stateDir), percent));
	emit({
		type: 'command',
		tool: 'restic',
		argv: [...(await restic.commandLine(checkArgs(options)))],
		exitCode: null,
		ms: 0,
		dryRun: true,
	});
}

function readOptions(share: ReturnType<typeof nextShare>): {
	readonly readData?: boolean;
	readonly readDataSubset?: string;
} {
	if (share === undefined) return {};
	return share.parts === 1 ? { readData: true } : { readDataSubset: `${share.part}/${share.parts}` };
}

/**
 * Checks the repository when the last good check of it is too old.
 *
 * @returns undefined when none was due
 * @throws check-failed
 */
export async function checkWhenDue(
	deps: CheckDeps,
	policy: { readonly everyDays: number; readonly percent: number },
): Promise<CheckOutcome | undefined> {
	if (policy.everyDays <= 0) return undefined;
	const id = await deps.restic.id(deps.signal === undefined ? {} : { signal: deps.signal });
	if (!isCheckDue(readLastCheck(deps.stateDir), id, policy.everyDays, deps.now().getTime())) return undefined;
	return await checkRepository(deps, policy.percent);
}

function nextRecord(
	repository: string,
	last: LastCheck | undefined,
	result: CheckResult,
	share: ReturnType<typeof nextShare>,
	at: string,
): LastCheck {
	const lastOkAt = result.ok ? at : last?.lastOkAt;
	const roundEnded = result.ok && share !== undefined && share.part === share.parts;
	const dataReadAt = roundEnded ? at : last?.dataReadAt;
	const turn =
		share ?? (last?.parts === undefined ? undefined : { part: (last.nextPart ?? 1) - 1, parts: last.parts });
	return {
		v: 1,
		repository,
		at,
		ok: result.ok,
		errors: result.errors.slice(0, mostErrors),
		...(lastOkAt === undefined ? {} : { lastOkAt }),
		...(dataReadAt === undefined ? {} : { dataReadAt }),
		...(turn === undefined
			? {}
			: { nextPart: result.ok ? (turn.part % turn.parts) + 1 : Math.max(1, turn.part), parts: turn.parts }),
	};
}

function record(stateDir: string, last: LastCheck): void {
	makePrivateDirectory(stateDir);
	writeDurably(join(stateDir, fileName), `${JSON.stringify(last, undefined, '\t')}\n`);
}

function checkError(result: CheckResult): BackupTuiError {
	const packs = result.brokenPacks.length;
	const what =
		packs > 0 ? `${packs} damaged or missing data files` : (result.errors[0] ?? 'errors were found');
	return new BackupTuiError('check-failed', `the repository is damaged: ${what}`, {
		detail: result.errors.join('\n'),
		hint: result.suggestRepairIndex
			? 'do not prune or sync; the index can be made anew: restic repair index, then check again'
			: 'do not prune or sync; bring the damaged files back from the mirror, or see https://restic.readthedocs.io/en/stable/077_troubleshooting.html',
	});
}
