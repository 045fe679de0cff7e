import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, stateWriteError, writeDurably } from '../runs/files.ts';

/** Digits of an id that are kept: enough to tell any two apart. */
const digits = 16;
/** Lines after which the oldest are dropped, and how many are left then: years of retention of many stacks. */
const mostLines = 60_000;
const linesLeft = 40_000;

function recordFile(stateDir: string): string {
	return join(stateDir, 'forgotten');
}

function readLines(stateDir: string): string[] {
	try {
		return readFileSync(recordFile(stateDir), 'utf8').split('\n').filter(Boolean);
	} catch {
		return [];
	}
}

/**
 * Notes snapshots that are forgotten on purpose here, before restic is asked to: a remote may lose these, and only these,
 * without a question.
 *
 * @throws state-dir-unwritable, no-space
 */
export function noteForgotten(stateDir: string, ids: readonly string[]): void {
	if (ids.length === 0) return;
	makePrivateDirectory(stateDir);
	const lines = ids.map((id) => id.slice(0, digits));
	const path = recordFile(stateDir);
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
	try {
		const descriptor = openSync(path, flags, 0o600);
		try {
			writeSync(descriptor, `${lines.join('\n')}\n`);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw stateWriteError(path, error);
	}
	const all = readLines(stateDir);
	if (all.length > mostLines) writeDurably(path, `${all.slice(-linesLeft).join('\n')}\n`);
}

/** Which snapshots were forgotten on purpose here. No record is none: what is not known was not forgotten. */
export function readForgotten(stateDir: string): { has(id: string): boolean } {
	const known = new Set(readLines(stateDir));
	return { has: (id) => known.has(id.slice(0, digits)) };
}
