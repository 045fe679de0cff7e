import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { BackupTuiError } from '../errors.ts';
import { isAlive, isFrozen, ownIdentity, type ProcessIdentity } from '../process/proc.ts';
import { stateWriteError } from './files.ts';

/**
 * `stacks`: changing stacks, one at a time. `repository`: shared by adding and syncing, exclusive for the rest.
 * `remote-NAME`: writing to one remote (NAME URI-encoded).
 */
export type LockName = 'stacks' | 'repository' | `remote-${string}`;
export type LockMode = 'shared' | 'exclusive';

export interface LockOwner extends ProcessIdentity {
	readonly mode: LockMode;
	/** What the owner does, e.g. `backup`. */
	readonly command: string;
	readonly run: string;
	/** ISO time, UTC. */
	readonly since: string;
	/** The stack it has taken down, where the lock is told by the journal. */
	readonly stack?: string;
}

export interface LockRequest {
	readonly name: LockName;
	readonly mode: LockMode;
	readonly command: string;
	readonly run: string;
	/** How long to wait for others, in ms; 0 = not at all. */
	readonly waitMs: number;
	/** Told once when waiting begins. */
	readonly onWait?: (owner: LockOwner) => void;
	readonly signal?: AbortSignal;
}

export interface Locks {
	/** @throws lock-held with the owner's name, pid and since when */
	acquire(request: LockRequest): Promise<HeldLock>;
	/** @returns the living owners of a lock; dead ones do not count */
	owners(name: LockName): LockOwner[];
}

export interface HeldLock {
	/**
	 * Puts the lock back if its file was removed (a cleaned run directory). Call it before something new is begun under it.
	 *
	 * @throws lock-held when somebody else has taken it meanwhile
	 */
	keep(): void;
	release(): void;
}

let counter = 0;

/**
 * Locks between processes of this host. Each owner is a file with pid, start time and boot id, so that a dead owner
 * (kill -9, reboot, pid reused) never blocks; a short proper-lockfile mutex makes look-and-enter one step.
 *
 * @param directory the run directory's locks folder, 0700
 * @param alsoHeldBy other owners, who are known by something that cannot vanish with the run directory
 */
export function createLocks(
	directory: string,
	alsoHeldBy: (name: LockName) => readonly LockOwner[] = () => [],
): Locks {
	const folder = (name: LockName) => join(directory, `${name}.d`);

	const filedOwners = (name: LockName, broken: 'leave' | 'remove' = 'leave'): LockOwner[] => {
		const path = folder(name);
		let files: string[];
		try {
			files = readdirSync(path);
		} catch {
			return [];
		}
		return files.flatMap((file) => readOwner(join(path, file), broken));
	};

	const excludes = (request: LockRequest) => (owner: LockOwner) =>
		request.mode === 'exclusive' || owner.mode === 'exclusive';

	/** @returns the file that was written: on a full disk another one, that needs no room */
	const write = (request: LockRequest, file: string): string => {
		const { name: _name, waitMs: _wait, onWait: _onWait, signal: _signal, ...what } = request;
		const owner: LockOwner = { ...ownIdentity(), ...what, since: new Date().toISOString() };
		try {
			mkdirSync(folder(request.name), { recursive: true, mode: 0o700 });
			writeFileSync(file, JSON.stringify(owner), { mode: 0o600 });
			return file;
		} catch (error) {
			rmSync(file, { force: true });
			if (!isFull(error)) throw stateWriteError(file, error);
		}
		const named = join(folder(request.name), nameOf(owner));
		try {
			writeFileSync(named, '', { mode: 0o600 });
			return named;
		} catch (error) {
			throw stateWriteError(named, error);
		}
	};

	const tryEnter = async (request: LockRequest): Promise<HeldLock | LockOwner> => {
		const path = folder(request.name);
		try {
			mkdirSync(path, { recursive: true, mode: 0o700 });
		} catch (error) {
			throw stateWriteError(path, error);
		}
		const unlock = await enterMutex(path);
		try {
			const other = filedOwners(request.name, 'remove').find(excludes(request));
			if (other !== undefined) return other;
			counter += 1;
			let file = write(request, join(path, `${process.pid}-${counter}.json`));
			// Looked at last: who loses its lock file writes the journal first and then looks for the lock.
			let entered = false;
			try {
				const journaled = alsoHeldBy(request.name).find(excludes(request));
				if (journaled !== undefined) return journaled;
				entered = true;
			} finally {
				if (!entered) rmSync(file, { force: true });
			}
			return {
				keep: () => {
					if (existsSync(file)) return;
					const taken = filedOwners(request.name).find(excludes(request));
					if (taken !== undefined) throw heldError(request, taken);
					file = write(request, file);
				},
				release: () => rmSync(file, { force: true }),
			};
		} finally {
			await unlock();
		}
	};

	return {
		owners: (name) => [...filedOwners(name), ...alsoHeldBy(name)],
		acquire: async (request) => {
			const deadline = performance.now() + request.waitMs;
			let told = false;
			for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
				const outcome = await tryEnter(request);
				if ('release' in outcome) return outcome;
				if (performance.now() >= deadline || request.signal?.aborted) throw heldError(request, outcome);
				if (!told) request.onWait?.(outcome);
				told = true;
				await delay(Math.min(pause, Math.max(1, deadline - performance.now())));
			}
		},
	};
}

function isFull(error: unknown): boolean {
	return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** An owner as the name of an empty file: a stack must come up though the disk is full. */
const nameOf = ({ pid, startTime, bootId, mode, command, run }: LockOwner) =>
	`${[pid, startTime, bootId, mode, command, run].map((one) => encodeURIComponent(one)).join('+')}.full.json`;

function ownerOfName(file: string): LockOwner | undefined {
	const [pid, startTime, bootId = '', mode, command = '', run = ''] = basename(file, '.full.json')
		.split('+')
		.map(decodeURIComponent);
	if (!file.endsWith('.full.json') || (mode !== 'shared' && mode !== 'exclusive')) return undefined;
	const since = statSync(file, { throwIfNoEntry: false })?.mtime.toISOString();
	if (since === undefined) return undefined;
	return { pid: Number(pid), startTime: Number(startTime), bootId, mode, command, run, since };
}

/** @param broken what to do with a file that cannot be read: under the mutex nobody is just writing it */
function readOwner(file: string, broken: 'leave' | 'remove'): LockOwner[] {
	let owner: LockOwner;
	try {
		owner = ownerOfName(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as LockOwner);
	} catch {
		// Cut by a crash while it was written (under the mutex): whoever wrote it is gone.
		if (broken === 'remove') rmSync(file, { force: true });
		return [];
	}
	if (isAlive(owner)) return [owner];
	rmSync(file, { force: true });
	return [];
}

async function enterMutex(path: string): Promise<() => Promise<void>> {
	try {
		return await lockfile.lock(path, {
			realpath: false,
			stale: 10_000,
			retries: { retries: 200, minTimeout: 10, maxTimeout: 100 },
		});
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ELOCKED') {
			throw new BackupTuiError('lock-held', 'another backup-tui is just taking a lock', {
				hint: 'try again',
			});
		}
		// Nobody else can make it either: what decides is the owner's file, which is looked for after.
		if (isFull(error)) return async () => {};
		throw stateWriteError(path, error);
	}
}

function heldError(request: LockRequest, owner: LockOwner): BackupTuiError {
	const what =
		request.name === 'stacks'
			? 'stacks are being changed'
			: request.name === 'repository'
				? 'the repository is in use'
				: `the remote ${request.name.slice('remote-'.length)} is in use`;
	const down = owner.stack === undefined ? '' : `, has taken down ${owner.stack}`;
	const frozen = isFrozen(owner.pid);
	return new BackupTuiError(
		'lock-held',
		`${what}: ${owner.command} (run ${owner.run}, pid ${owner.pid}) since ${owner.since}${down}${frozen ? ', is stopped and does nothing' : ''}`,
		{
			hint: frozen
				? `let it continue: kill -CONT ${owner.pid}`
				: `wait for it with --lock-wait, or watch it: backup-tui attach ${owner.run}`,
		},
	);
}
