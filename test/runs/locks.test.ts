import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bootId, ownIdentity } from '../../source/process/proc.ts';
import { createLocks, type LockMode, type LockOwner } from '../../source/runs/locks.ts';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'locks-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = (mode: LockMode, waitMs = 0) => ({
	name: 'repository' as const,
	mode,
	command: 'backup',
	run: '20260101-000000-abcd',
	waitMs,
});

describe('locks', () => {
	test('shared owners share, exclusive is alone', async () => {
		const locks = createLocks(directory);
		const first = await locks.acquire(ask('shared'));
		const second = await locks.acquire(ask('shared'));
		await expect(locks.acquire(ask('exclusive'))).rejects.toMatchObject({ code: 'lock-held', exitCode: 75 });
		first.release();
		second.release();
		const alone = await locks.acquire(ask('exclusive'));
		await expect(locks.acquire(ask('shared'))).rejects.toThrow(
			/backup \(run 20260101-000000-abcd, pid \d+\) since/,
		);
		alone.release();
		expect(locks.owners('repository')).toEqual([]);
	});

	test('waits when asked, and says who it waits for', async () => {
		const locks = createLocks(directory);
		const held = await locks.acquire(ask('exclusive'));
		let waitedFor: LockOwner | undefined;
		setTimeout(() => held.release(), 200);
		const got = await locks.acquire({
			...ask('exclusive', 5000),
			onWait: (owner) => {
				waitedFor = owner;
			},
		});
		expect(waitedFor?.pid).toBe(process.pid);
		got.release();
	});

	test('a lock whose file was removed is put back, unless somebody else has taken it meanwhile', async () => {
		const locks = createLocks(directory);
		const held = await locks.acquire(ask('exclusive'));
		rmSync(join(directory, 'repository.d'), { recursive: true });
		held.keep();
		await expect(locks.acquire(ask('exclusive'))).rejects.toMatchObject({ code: 'lock-held' });
		rmSync(join(directory, 'repository.d'), { recursive: true });
		const other = await locks.acquire(ask('exclusive'));
		expect(() => held.keep()).toThrow(/in use/);
		other.release();
	});

	test('an owner that is known by something else than a lock file blocks, and is told with its stack', async () => {
		const owner: LockOwner = {
			...ownIdentity(),
			...{ mode: 'exclusive', command: 'backup', run: 'r', since: '2026-01-01T00:00:00.000Z', stack: 'web' },
		};
		let down: readonly LockOwner[] = [owner];
		const locks = createLocks(directory, (name) => (name === 'stacks' ? down : []));
		const request = { ...ask('exclusive'), name: 'stacks' as const };
		await expect(locks.acquire(request)).rejects.toThrow(/has taken down web/);
		expect(readdirSync(join(directory, 'stacks.d')).filter((name) => name.endsWith('.json'))).toEqual([]);
		(await locks.acquire(ask('exclusive'))).release();
		down = [];
		(await locks.acquire(request)).release();
	});

	test.each([
		['whose process is gone', { pid: 4_194_303 }],
		['whose pid was reused by another process', { startTime: 1 }],
		['of an earlier boot', { bootId: 'another' }],
	])('an owner %s does not block', async (_name, change) => {
		const folder = join(directory, 'repository.d');
		mkdirSync(folder);
		const dead = {
			...ownIdentity(),
			bootId: bootId(),
			mode: 'exclusive',
			command: 'prune',
			run: 'x',
			since: '',
			...change,
		};
		writeFileSync(join(folder, '1-1.json'), JSON.stringify(dead));
		const locks = createLocks(directory);
		(await locks.acquire(ask('exclusive'))).release();
		expect(readdirSync(folder)).toEqual([]);
	});

	test('an owner file cut by a crash does not block', async () => {
		mkdirSync(join(directory, 'repository.d'));
		writeFileSync(join(directory, 'repository.d', '1-1.json'), '{"pid": 1, "mo');
		(await createLocks(directory).acquire(ask('exclusive'))).release();
		expect(readdirSync(join(directory, 'repository.d'))).toEqual([]);
	});
});
