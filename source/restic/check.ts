import { Writable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import type { CommandResult } from '../process/command.ts';
import { checkArgs, checkedId } from './args.ts';
import { dumpPath } from './browse.ts';
import { outcomeOf, spokenLines } from './exit-status.ts';
import { parseMessage, textList } from './messages.ts';
import type { Session } from './session.ts';
import type { CallOptions, CheckResult } from './types.ts';

const mostErrors = 200;

/** What says that the check could not be made, rather than that it found something. */
const notAFinding = new Set([
	'repository-missing',
	'repository-locked',
	'repository-password',
	'repository-unreachable',
	'repository-unauthorized',
	'repository-read-only',
	'repository-append-only',
	'config-invalid',
	'no-space',
	'no-permission',
	'tool-missing',
	'snapshot-unknown',
]);

function resultOf(result: CommandResult, redact: (text: string) => string): CheckResult {
	const summary = result.stdout
		.split('\n')
		.map(parseMessage)
		.findLast((message) => message?.message_type === 'summary');
	const spoken = spokenLines(result.stderr);
	// Older versions name packs only in their text.
	const named = [...result.stderr.matchAll(/[Pp]ack (?:ID )?([0-9a-f]{64})/g)].flatMap(([, id]) =>
		id ? [id] : [],
	);
	const suggested = /repair index|rebuild-index/.test(result.stderr + result.stdout);
	return {
		ok: result.exitCode === 0,
		errors: result.exitCode === 0 ? [] : spoken.slice(0, mostErrors).map(redact),
		brokenPacks: [...new Set([...textList(summary?.broken_packs), ...named])],
		suggestRepairIndex: summary?.suggest_repair_index === true || (result.exitCode !== 0 && suggested),
	};
}

async function runCheck(
	session: Session,
	args: readonly string[],
	lock: 'none' | 'needed',
	options: CallOptions,
) {
	const result = await session.run({
		operation: 'check',
		args,
		lock,
		...(options.signal === undefined ? {} : { signal: options.signal }),
		...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
		expectedCodes: [1],
	});
	const outcome = outcomeOf('check', result);
	if (outcome.kind === 'failed' && notAFinding.has(outcome.code))
		throw new BackupTuiError(outcome.code, session.redact(outcome.message), {
			detail: session.redact(result.stderr.slice(-20_000)),
		});
	return resultOf(result, session.redact);
}

/**
 * Checks the repository's structure, and reads data back where asked. Damage is a result. A flipped byte in data is found
 * only by reading it.
 */
export async function checkRepository(
	session: Session,
	options: CallOptions & {
		readonly readData?: boolean;
		readonly readDataSubset?: string;
		readonly noLock?: boolean;
	} = {},
): Promise<CheckResult> {
	return await runCheck(session, checkArgs(options), options.noLock === true ? 'none' : 'needed', options);
}

/**
 * Reads back everything one snapshot needs. From 0.19 `check` can be limited to a snapshot; older versions write the
 * whole snapshot as an archive to nowhere, without the cache: every block is read and authenticated on the way.
 */
export async function readBack(
	session: Session,
	id: string,
	options: CallOptions = {},
): Promise<CheckResult> {
	const { abilities } = await session.version();
	if (abilities.checkSnapshot)
		return await runCheck(session, checkArgs({ readData: true, snapshot: checkedId(id) }), 'none', options);
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	try {
		await dumpPath(session, id, '/', nowhere, { ...options, noCache: true });
		return { ok: true, errors: [], brokenPacks: [], suggestRepairIndex: false };
	} catch (error) {
		if (
			!(error instanceof BackupTuiError) ||
			(error.code !== 'restore-failed' && error.code !== 'repository-damaged')
		)
			throw error;
		return { ok: false, errors: [error.message], brokenPacks: [], suggestRepairIndex: false };
	}
}
