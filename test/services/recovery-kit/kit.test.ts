import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../../source/config/types.ts';
import { collectKit } from '../../../source/services/recovery-kit/collect.ts';
import { type Kit, parseKit } from '../../../source/services/recovery-kit/contents.ts';
import { unpackKit } from '../../../source/services/recovery-kit/unpack.ts';

const rclone =
	'[b2]\ntype = b2\nkey = topsecret\n\n[foreign]\ntype = drive\n\n[box]\ntype = sftp\nkey_file = KEY\n';

/** A machine with a configuration, a password file and two remotes. */
function machine(part: { rclone?: string; remotes?: readonly string[] } = {}) {
	const root = mkdtempSync(join(tmpdir(), 'bt-kit-'));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	const write = (name: string, text: string) => {
		const path = join(root, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text, { mode: 0o600 });
		return path;
	};
	const key = write('ssh/id', 'PRIVATE KEY\n');
	const rcloneConfig = write('rclone.conf', (part.rclone ?? rclone).replace('KEY', key));
	const remotes = (part.remotes ?? ['b2', 'box', '/mnt/disk']).map((remote) => ({
		...{ name: remote, remote, path: 'backup', rcloneConfig, copyPasswordFile: '' },
	}));
	const config = {
		paths: { configFile: write('etc/config.ini', '[docker]\n'), dirlist: write('etc/dirlist', 'a=true\n') },
		repository: {
			location: '/backup/repository',
			password: { kind: 'file', path: write('etc/password', 'hunter2\n') },
		},
		remotes,
	} as unknown as Config;
	const collect = () =>
		collectKit({
			config,
			environment: {},
			version: '1.2.3',
			now: () => new Date(0),
			readPassword: async () => 'hunter2',
			repositoryId: async () => 'f'.repeat(64),
		});
	return { root, collect };
}

function kitOf(text: string): Kit {
	return parseKit(text);
}

test('a kit brings every file a bare machine needs back to where it was, private, and nothing of others', async () => {
	const { root, collect } = machine();
	const { kit } = await collect();
	const text = JSON.stringify(kit);
	expect(text).toContain('topsecret');
	expect(text).not.toContain('foreign');
	const before = new Map(kit.files.map((file) => [file.path, readFileSync(file.path, 'utf8')]));
	rmSync(root, { recursive: true });
	for (const one of unpackKit(kitOf(text), undefined)) {
		expect(one.state).toBe('written');
		expect(statSync(one.path).mode & 0o777).toBe(0o600);
		if (!one.path.endsWith('rclone.conf')) expect(readFileSync(one.path, 'utf8')).toBe(before.get(one.path));
	}
	expect(readFileSync(join(root, 'ssh/id'), 'utf8')).toBe('PRIVATE KEY\n');
	expect(readFileSync(join(root, 'etc/password'), 'utf8')).toBe('hunter2\n');
});

test('what is there is never overwritten', async () => {
	const { root, collect } = machine();
	const { kit } = await collect();
	writeFileSync(join(root, 'etc/dirlist'), 'mine=true\n');
	const states = new Map(unpackKit(kit, undefined).map((one) => [one.path, one.state]));
	expect(states.get(join(root, 'etc/config.ini'))).toBe('same');
	expect(states.get(join(root, 'etc/dirlist.from-kit'))).toBe('beside');
	expect(readFileSync(join(root, 'etc/dirlist'), 'utf8')).toBe('mine=true\n');
});

test('a kit that would not reach the off-site copy is not made', async () => {
	await expect(machine({ remotes: ['gone'] }).collect()).rejects.toThrow(/has no remote gone/);
	const { root, collect } = machine();
	rmSync(join(root, 'rclone.conf'));
	await expect(collect()).rejects.toThrow(/cannot be read/);
});

test('what is needed besides it is said', async () => {
	const { root, collect } = machine({ rclone: 'RCLONE_ENCRYPT_V0:\nxyz\n' });
	expect((await collect()).notes.join()).toMatch(/password of its own/);
	const other = machine();
	rmSync(join(other.root, 'ssh/id'));
	expect((await other.collect()).notes.join()).toMatch(/id cannot be read.*NOT in the kit/);
	expect((await machine({ remotes: [] }).collect()).notes.join()).toMatch(/no remote is configured/);
	expect(existsSync(root)).toBe(true);
});

test('a kit of a newer program is not guessed at', () => {
	expect(() => parseKit('{"v":2}')).toThrow(/newer program/);
	expect(() => parseKit('[')).toThrow(/newer program/);
	expect(() =>
		parseKit(JSON.stringify({ v: 1, repository: { password: 'x' }, files: [{ path: 'a', text: '' }] })),
	).toThrow();
});
