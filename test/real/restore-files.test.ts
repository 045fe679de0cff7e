import {
	chmodSync,
	existsSync,
	lchownSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createProcessRunner } from '../../source/process/run.ts';
import { createRestic, type Restic } from '../../source/restic/client.ts';
import { type FileWrite, writeFiles } from '../../source/services/restore/write-files.ts';
import {
	compareTrees,
	fillDisk,
	fillWithOddFiles,
	type Host,
	initRepository,
	restic,
	smallDisk,
	snapshots,
	testHost,
	toolAge,
	tools,
} from './rig/index.ts';

function client(host: Host): Restic {
	const opened = createRestic({
		runner: createProcessRunner({ cookie: host.name }),
		binary: tools.restic,
		repository: host.repository,
		password: { kind: 'file', path: host.passwordFile },
		runDir: host.runDir,
		cacheDir: host.cacheDir,
		environment: host.env,
		clock: () => Date.now(),
		hostname: hostname(),
		retryLockSeconds: 0,
		backupTimeoutMs: 60_000,
	});
	onTestFinished(() => opened.close());
	return opened;
}

/** A tree with odd files in the repository, and a copy of it as it was. */
async function backedUp() {
	const host = await testHost();
	const root = join(host.directory, 'srv', 'data');
	mkdirSync(root, { recursive: true });
	await fillWithOddFiles(root);
	chmodSync(root, 0o2751);
	lchownSync(root, 777, 888);
	await initRepository(host);
	await restic(host, ['backup', '-q', root]);
	const copy = join(host.directory, 'copy');
	await restic(host, ['restore', 'latest', '--target', copy]);
	const [snapshot] = await snapshots(host);
	const original = join(copy, root);
	const id = snapshot?.id ?? '';
	const write = (to: string, more: Partial<FileWrite> = {}) =>
		writeFiles({ restic: client(host), noLock: false }, { snapshot: id, from: root, to, ...more });
	return { host, root, original, write };
}

/** Node sets times to the microsecond; only a directory that older restic cannot restore in place gets its time from it. */
async function compare(a: string, b: string, skipRoot = false): Promise<readonly string[]> {
	const found = await compareTrees(a, b, { skipRoot });
	if (toolAge === 'new') return found;
	return found.filter((line) => {
		const [, left, right] = /mtime (\d+) != (\d+)$/.exec(line) ?? [];
		return left === undefined || right === undefined || Math.abs(Number(BigInt(left) - BigInt(right))) > 1000;
	});
}

const hidden = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.'));

test('a tree comes back where it was, and where it was not, byte by byte', async () => {
	const { host, root, original, write } = await backedUp();
	rmSync(join(host.directory, 'srv'), { recursive: true });
	await write(root);
	expect(await compare(original, root)).toEqual([]);
	const elsewhere = join(host.directory, 'new', 'place', 'other-name');
	await write(elsewhere);
	expect(await compareTrees(original, elsewhere)).toEqual([]);
	expect(hidden(join(host.directory, 'new', 'place'))).toEqual([]);
});

test('what is damaged is mended, whatever its size and time say; what is not in the snapshot stays', async () => {
	const { root, original, write } = await backedUp();
	const big = join(root, 'big.bin');
	writeFileSync(big, Buffer.alloc(statSync(big).size, 'x'));
	utimesSync(big, 1_200_000_000.125, 1_200_000_000.125);
	rmSync(join(root, 'plain.txt'));
	mkdirSync(join(root, 'plain.txt', 'in the way'), { recursive: true });
	writeFileSync(join(root, 'added'), 'mine');
	await write(root, { inTheWay: [join(root, 'plain.txt')] });
	expect(readFileSync(join(root, 'added'), 'utf8')).toBe('mine');
	rmSync(join(root, 'added'));
	expect(await compare(original, root, true)).toEqual([]);
});

test('nothing is written through a symbolic link', async () => {
	const { host, root, original, write } = await backedUp();
	const victims = join(host.directory, 'victims');
	mkdirSync(victims);
	writeFileSync(join(victims, 'file'), 'victim');
	rmSync(join(root, 'plain.txt'));
	symlinkSync(join(victims, 'file'), join(root, 'plain.txt'));
	rmSync(join(root, 'sub dir'), { recursive: true });
	symlinkSync(victims, join(root, 'sub dir'));
	await write(root);
	expect(readFileSync(join(victims, 'file'), 'utf8')).toBe('victim');
	expect(existsSync(join(victims, 'hard'))).toBe(false);
	expect(await compare(original, root)).toEqual([]);
});

test('one file comes back alone', async () => {
	const { root, original, write } = await backedUp();
	writeFileSync(join(root, 'a,b'), 'changed');
	writeFileSync(join(root, 'plain.txt'), 'mine');
	await write(join(root, 'a,b'), { from: join(root, 'a,b') });
	expect(readFileSync(join(root, 'a,b'))).toEqual(readFileSync(join(original, 'a,b')));
	expect(readFileSync(join(root, 'plain.txt'), 'utf8')).toBe('mine');
	await expect(write(join(root, 'none'), { from: join(root, 'none') })).rejects.toThrow(/is not in snapshot/);
});

test('T17: a disk that is full while it is written to is named, not that of the repository', async () => {
	const { host, write } = await backedUp();
	const full = join(host.directory, 'full');
	await smallDisk(full, 1);
	mkdirSync(join(full, 'data'));
	await fillDisk(full);
	await expect(write(join(full, 'data'))).rejects.toMatchObject({
		code: 'no-space',
		exitCode: 4,
		hint: expect.stringContaining(`df -h ${full}`),
	});
});
