import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Restic } from '../../source/restic/client.ts';
import { backupTag, partTags, stackTag, stackTags } from '../../source/restic/tags.ts';
import type { BackupResult } from '../../source/restic/types.ts';
import { checkWhenDue, readLastCheck } from '../../source/services/repository-check.ts';
import { applyRetention, planOfStack, retentionTags } from '../../source/services/retention.ts';
import { resolvePair, resolveSnapshot } from '../../source/services/snapshots.ts';
import { verifySnapshot } from '../../source/services/verify.ts';
import { dataFiles, flipByte } from './repository-damage.ts';
import { request, resticHost, someFiles } from './restic-host.ts';
import { type Host, run, snapshots } from './rig/index.ts';

const day = 24 * 3600 * 1000;

describe('verification', () => {
	const of = ({ snapshotId, summary }: BackupResult) => ({
		stack: 'app',
		snapshotId,
		summary,
	});

	test('each depth passes on a good snapshot with fifos, links and odd names', async () => {
		const { host, restic } = await resticHost();
		const files = await someFiles(host);
		await run('mkfifo', [join(files, 'fifo')]);
		await run('ln', [join(files, 'file-0'), join(files, 'hard')]);
		await run('ln', ['-s', 'nowhere', join(files, 'soft')]);
		const result = await restic.backup(request(host, [files]));
		for (const depth of ['metadata', 'files', 'data'] as const)
			expect(await verifySnapshot(restic, { ...of(result), depth })).toMatchObject({
				depth,
				files: 4,
			});
	});

	test('a snapshot that is gone, has too few files, or cannot be read back fails at the depth that sees it', async () => {
		const { host, restic } = await resticHost();
		const files = await someFiles(host);
		await writeFile(join(files, 'large'), Buffer.alloc(100_000, Math.random().toString()));
		const result = await restic.backup(request(host, [files]));
		const failed = { code: 'verify-failed', exitCode: 8 };
		const verify = (depth: 'metadata' | 'files' | 'data', more = {}) =>
			verifySnapshot(restic, { ...of(result), depth, ...more });

		const summary = { ...result.summary, totalFiles: 99 };
		await expect(verify('files', { summary })).rejects.toMatchObject(failed);

		await flipByte((await dataFiles(host))[0] ?? '', 50);
		await expect(verify('files')).resolves.toBeTruthy();
		await expect(verify('data')).rejects.toMatchObject(failed);
		await restic.forgetIds([result.snapshotId]);
		await expect(verify('metadata')).rejects.toMatchObject({ code: 'snapshot-unknown' });
	});

	test('several snapshots are listed by one call, each as when it is listed alone', async () => {
		const { host, restic } = await resticHost();
		const files = await someFiles(host);
		await run('mkfifo', [join(files, 'fifo')]);
		await run('ln', [join(files, 'file-0'), join(files, 'hard')]);
		await writeFile(join(files, 'odd\n},{"path":"name'), 'odd');
		const first = await restic.backup(request(host, [files]));
		await writeFile(join(files, 'more'), Buffer.alloc(5000));
		const second = await restic.backup(request(host, [files]));
		const ids = [first, second].map(({ snapshotId }) => snapshotId);
		const sizes = await restic.treeSizes([...ids, 'f'.repeat(64)]);
		expect(Object.fromEntries(sizes)).toEqual(
			Object.fromEntries(
				[first, second].map(({ snapshotId, summary }) => [
					snapshotId,
					{ files: summary.totalFiles, bytes: summary.totalBytes },
				]),
			),
		);
		await expect(restic.treeSizes([])).rejects.toMatchObject({ code: 'internal' });
	});

	test('nothing is taken as listed when a directory cannot be read, and what was given as listed is looked at when it does not fit', async () => {
		const { host, restic } = await resticHost();
		const files = await someFiles(host);
		await restic.backup(request(host, [files]));
		const before = new Set(await dataFiles(host));
		await mkdir(join(files, 'empty', 'of-files'), { recursive: true });
		const result = await restic.backup(request(host, [files]));
		for (const file of await dataFiles(host)) if (!before.has(file)) await flipByte(file, 50);
		await rm(host.cacheDir, { recursive: true, force: true });
		expect((await restic.treeSizes([result.snapshotId])).size).toBe(0);
		const { totalFiles, totalBytes } = result.summary;
		const listed = { files: totalFiles - 1, bytes: totalBytes };
		await expect(verifySnapshot(restic, { ...of(result), depth: 'files', listed })).rejects.toMatchObject({
			code: 'repository-damaged',
		});
	});
});

async function daily(
	host: Host,
	restic: Restic,
	days: number,
	set?: (index: number) => string,
): Promise<string[]> {
	const files = await someFiles(host);
	const ids: string[] = [];
	for (let index = days - 1; index >= 0; index -= 1) {
		const time = new Date(Date.now() - index * day);
		const tags = stackTags('app', time, set?.(index));
		ids.push((await restic.backup({ ...request(host, [files]), tags, time })).snapshotId);
	}
	return ids;
}

describe('retention', () => {
	test('keeps by policy, though every snapshot has another date among its tags', async () => {
		const { host, restic } = await resticHost();
		const ids = await daily(host, restic, 5);
		const request_ = { stack: 'app', host: host.name, keep: { daily: 2 } };
		const deps = { restic, clock: Date.now };
		const dry = await applyRetention(deps, { ...request_, dryRun: true });
		expect(dry.removed.map(({ id }) => id)).toEqual(ids.slice(0, 3));
		expect(await snapshots(host)).toHaveLength(5);
		await applyRetention(deps, request_);
		expect((await snapshots(host)).map(({ id }) => id)).toEqual(ids.slice(3));
		expect((await applyRetention(deps, request_)).removed).toEqual([]);
		expect((await applyRetention(deps, { ...request_, stack: 'none' })).kept).toEqual([]);
	});

	test('streamed volumes go with the snapshot they belong to', async () => {
		const { host, restic } = await resticHost();
		for (const set of ['s2', 's1', 's0']) {
			await restic.backupStream({
				filename: 'volume-db.tar',
				input: Readable.from([Buffer.from(set)]),
				complete: Promise.resolve(),
				tags: partTags('app', 'db', set),
				host: host.name,
			});
		}
		await daily(host, restic, 3, (index) => `s${index}`);
		const later = () => Date.now() + 2 * day;
		const result = await applyRetention(
			{ restic, clock: later },
			{ stack: 'app', host: host.name, keep: { daily: 1 } },
		);
		expect(result.removed).toHaveLength(2);
		expect(result.removedParts).toHaveLength(2);
		const left = await snapshots(host);
		expect(left.map(({ tags }) => tags?.find((tag) => tag.startsWith('set-')))).toEqual(['set-s0', 'set-s0']);
	});

	test('a plan for all stacks at once says of each what restic says of it alone, or nothing', async () => {
		const { host, restic } = await resticHost();
		const directories = await Promise.all(
			['steady', 'moved', 'tagged', 'new'].map(async (name) => {
				const path = join(host.directory, name);
				await mkdir(path);
				await writeFile(join(path, 'file'), name);
				return path;
			}),
		);
		const [steady = '', moved = '', tagged = '', other = ''] = directories;
		const add = (stack: string, paths: readonly string[], age: number, tags?: readonly string[]) => {
			const time = new Date(Date.now() - age * day);
			return restic.backup({
				...request(host, [...paths]),
				tags: [...(tags ?? stackTags(stack, time))],
				time,
			});
		};
		for (const age of [3, 2, 1]) {
			await add('steady', [steady], age);
			await add('moved', age === 3 ? [moved] : [moved, other], age);
			await add('tagged', [tagged], age, age === 2 ? ['tagged'] : undefined);
		}
		await add('shared', [steady], 1, ['docker-backup', 'a-stranger']);
		const policy = { host: host.name, keep: { daily: 2 } };
		const all = await restic.snapshots({ host: host.name });
		const ids = (snapshots: readonly { readonly id: string }[]) => snapshots.map(({ id }) => id).sort();
		const strangerThere = await restic.forgetPlan({ tags: [backupTag], ...policy });
		expect(planOfStack(strangerThere, 'steady')).toBeUndefined();
		await restic.forgetIds(ids(all.filter(({ tags }) => tags.includes('a-stranger'))));

		const groups = await restic.forgetPlan({ tags: [backupTag], ...policy });
		const together = planOfStack(groups, 'steady');
		const alone = await restic.forget({ tags: retentionTags('steady'), ...policy, dryRun: true });
		expect(ids(together?.removed ?? [])).toEqual(ids(alone.removed));
		expect(ids(together?.kept ?? [])).toEqual(ids(alone.kept));
		expect(together?.removed).toHaveLength(1);
		// What another program has tagged with the name of a stack is none of it.
		expect(planOfStack(groups, 'tagged')?.kept.every((one) => one.tags.includes(backupTag))).toBe(true);
		for (const stack of ['moved', 'none']) {
			expect(planOfStack(groups, stack), stack).toBeUndefined();
		}
		expect(await snapshots(host)).toHaveLength(9);
	});

	test('what is forgotten is freed by the same call; snapshots that are gone are no failure', async () => {
		const { host, restic } = await resticHost();
		const files = await someFiles(host);
		const kept = await restic.backup(request(host, [files]));
		await writeFile(join(files, 'large'), randomBytes(500_000));
		const large = await restic.backup(request(host, [files]));
		const sizeOf = async () => {
			const sizes = (await dataFiles(host)).map(async (file) => (await stat(file)).size);
			return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
		};
		expect(await sizeOf()).toBeGreaterThan(500_000);
		await restic.forgetAndPrune([large.snapshotId]);
		expect((await snapshots(host)).map(({ id }) => id)).toEqual([kept.snapshotId]);
		expect(await sizeOf()).toBeLessThan(100_000);
		await restic.forgetAndPrune([large.snapshotId]);
		expect(await restic.check()).toMatchObject({ ok: true });
	});

	test('an unreadable snapshot stops it', async () => {
		const { host, restic } = await resticHost();
		const [first = ''] = await daily(host, restic, 3);
		await flipByte(join(host.repository, 'snapshots', first));
		await rm(host.cacheDir, { recursive: true, force: true });
		const keep = { stack: 'app', host: host.name, keep: { daily: 1 } };
		await expect(applyRetention({ restic, clock: Date.now }, keep)).rejects.toMatchObject({
			code: 'repository-damaged',
		});
	});
});

test('a check is made when due and not again', async () => {
	const { host, restic } = await resticHost();
	await restic.backup(request(host, [await someFiles(host)]));
	let now = new Date();
	const deps = { restic, stateDir: host.stateDir, now: () => now };
	const weekly = { everyDays: 7, percent: 0 };
	expect(await checkWhenDue(deps, weekly)).toMatchObject({ ok: true });
	expect(await checkWhenDue(deps, weekly)).toBeUndefined();
	now = new Date(now.getTime() + 8 * day);
	for (const file of await dataFiles(host)) await flipByte(file, 50);
	await rm(host.cacheDir, { recursive: true, force: true });
	await expect(checkWhenDue(deps, weekly)).rejects.toMatchObject({ code: 'check-failed', exitCode: 8 });
	expect(readLastCheck(host.stateDir)).toMatchObject({ ok: false });
});

test('a snapshot is meant by id, by the beginning of one, by its stack, or as the latest of all', async () => {
	const { host, restic } = await resticHost();
	const [older = '', newer = ''] = await daily(host, restic, 2);
	const id = async (reference: string) => (await resolveSnapshot(restic, host.name, reference)).id;
	expect(await id(older)).toBe(older);
	expect(await id(older.slice(0, 8))).toBe(older);
	expect(await id('app')).toBe(newer);
	expect(await id('latest')).toBe(newer);
	await expect(id('nope')).rejects.toMatchObject({ code: 'snapshot-unknown' });
	expect((await resolvePair(restic, host.name, 'app', undefined)).map((one) => one.id)).toEqual([
		older,
		newer,
	]);
	await expect(resolvePair(restic, host.name, older, undefined)).rejects.toMatchObject({
		code: 'snapshot-unknown',
	});
});

test('tags are added to a snapshot, which then has another id, and the same files', async () => {
	const { host, restic } = await resticHost();
	const [id = ''] = await daily(host, restic, 1);
	const renewed = (await restic.changeTags([id], { add: ['backup-tui-not-quiesced'] })).get(id) ?? '';
	expect(renewed).not.toBe(id);
	const { snapshot } = await restic.latest({ tags: [stackTag('app')], host: host.name });
	expect(snapshot).toMatchObject({ id: renewed, original: id });
	expect(snapshot?.tags).toContain('backup-tui-not-quiesced');
	const back = await restic.changeTags([renewed], { remove: ['backup-tui-not-quiesced'] });
	expect(back.get(renewed)).toMatch(/^[0-9a-f]{64}$/);
	expect(back.get(renewed)).not.toBe(renewed);
	expect(await snapshots(host)).toHaveLength(1);
});
