import { existsSync } from 'node:fs';
import {
	chmod,
	chown,
	lchown,
	lstat,
	mkdir,
	readdir,
	readFile,
	rm,
	symlink,
	writeFile,
} from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { docker, privateEngine, restic } from '../../real/rig/index.ts';
import { fingerprint } from '../../real/sync-rig/trees.ts';
import { fault } from '../suite/fault.ts';
import { type AnyManifest, type Forgery, forge } from '../suite/forge.ts';
import { phaseStart } from '../suite/kill-points.ts';
import { copyToRemote, mountpoint, rememberFiles } from '../suite/scene.ts';

/** Somebody without rights on this machine. */
const nobody = 65_534;

fault(66, 'T22: a folder that another user has prepared for a restore', async (trial) => {
	const scene = await trial.scene();
	const { host, app } = scene;
	const at = (name: string) => join(host.directory, name);
	const victim = at('victim');
	await mkdir(victim);
	await writeFile(join(victim, 'settings'), 'of somebody else\n');
	await copyToRemote(scene);
	const agreed = ['--yes', '--confirm', app.name];
	const data = (target: string) => ['restore', '--stack', app.name, '--target', target, ...agreed];
	const refuses = async (args: readonly string[], word: RegExp) => {
		const outcome = await trial.run(scene, args);
		await trial.told(outcome, { code: 4, words: [word] });
		await trial.holds('B', async () => {
			expect(await readdir(victim)).toEqual(['settings']);
			expect(await readFile(join(victim, 'settings'), 'utf8')).toBe('of somebody else\n');
		});
	};

	// A folder of theirs, and one they may write to.
	const theirs = at('theirs');
	await mkdir(theirs);
	await chown(theirs, nobody, nobody);
	await refuses(data(theirs), /belongs to user 65534/);
	await refuses(data(join(theirs, 'new')), /on the way to .* belongs to user 65534/);
	await refuses(['restore', join(theirs, 'repository')], /belongs to user 65534/);
	const open = at('open');
	await mkdir(open);
	await chmod(open, 0o777);
	await refuses(data(join(open, 'new')), /can be written to by everybody/);
	await refuses(['restore', join(open, 'new')], /can be written to by everybody/);
	// A sticky directory as /tmp is: below it, but not itself; and not through a link of theirs.
	const sticky = at('sticky');
	await mkdir(sticky);
	await chmod(sticky, 0o1777);
	await refuses(data(sticky), /can be written to by everybody/);
	await symlink(victim, join(sticky, 'guessed'));
	await lchown(join(sticky, 'guessed'), nobody, nobody);
	await refuses(data(join(sticky, 'guessed')), /is a link to/);
	await refuses(data(join(sticky, 'guessed', 'deeper')), /belongs to user 65534/);
	await refuses(['restore', join(sticky, 'guessed', 'repository')], /belongs to user 65534/);
	expect(await readdir(theirs)).toEqual([]);
	expect(await readdir(open)).toEqual([]);

	// Links inside a folder that is ours: the mark of an unfinished restore, a parent, the place itself.
	const inside = async (name: string, path: string, to: string) => {
		await mkdir(join(at(name), path, '..'), { recursive: true });
		await symlink(to, join(at(name), path));
		return at(name);
	};
	const first = app.directory.split('/')[1] ?? '';
	await refuses(data(await inside('parent', first, victim)), /is a link .*nothing is restored through it/);
	await refuses(data(await inside('place', app.directory.slice(1), victim)), /is a link to .*through it/);
	await refuses(['restore', await inside('fetched', 'data', victim), '--force'], /is a link to/);
	const marked = await inside('marked', '.backup-tui-restore-incomplete', join(victim, 'settings'));
	const good = await trial.run(scene, data(marked));
	await trial.holds('D', () => expect(good.code, good.stdout + good.stderr).toBe(0));
	await trial.holds('B', async () =>
		expect(await readFile(join(victim, 'settings'), 'utf8')).toBe('of somebody else\n'),
	);
	// A mark of another snapshot answers no question.
	await writeFile(join(marked, '.backup-tui-restore-incomplete'), `${'0'.repeat(64)}\n`);
	await writeFile(join(marked, app.directory, 'conf/settings'), 'mine\n');
	const asked = await trial.run(scene, ['restore', '--stack', app.name, '--target', marked]);
	await trial.told(asked, { code: 64, words: [/--confirm/] });

	// What is below a sticky directory and new is ours.
	const fine = await trial.run(scene, data(join(sticky, 'new')));
	await trial.holds('D', () => expect(fine.code, fine.stdout + fine.stderr).toBe(0));
	expect((await lstat(join(sticky, 'new'))).mode & 0o777).toBe(0o700);
	await trial.everything(scene);
});

fault(67, 'T10: manifests of whoever can write to the repository', async (trial) => {
	const scene = await trial.scene({ bare: true });
	const { host, app } = scene;
	const made = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(made.code, made.stdout + made.stderr).toBe(0));
	const agreed = ['--yes', '--confirm', app.name];
	const before = fingerprint(app.directory);
	const ways = [
		['--in-place', ...agreed],
		['--target', join(host.directory, 'out')],
		['--as', `${host.name}-copy`],
		['--include', 'conf', '--stdout'],
	];
	const refuses = async (manifest: Forgery['manifest'], word: RegExp, how = ways.slice(0, 1)) => {
		const id = await forge(scene, { manifest });
		for (const way of how) {
			const outcome = await trial.run(scene, ['restore', '--stack', app.name, '--snapshot', id, ...way]);
			await trial.told(outcome, { code: 4, words: [word] });
			await trial.holds('E', () => expect(outcome.stdout + outcome.stderr).not.toContain('\u001b[2J'));
		}
	};
	await refuses(
		(one) => ({ ...one, paths: [`${app.directory}/../../etc`] }),
		/not a plain absolute path/,
		ways,
	);
	await refuses((one) => ({ ...one, paths: { 0: app.directory } }), /paths is not a list/, ways);
	await refuses(
		(one) => ({ ...one, mounts: one.mounts.map(() => 7), inventory: [] }),
		/mounts\[0\] is not a map/,
	);
	await refuses(
		(one) => ({ ...one, stack: { ...one.stack, name: 'a\u001b[2Jb' } }),
		/control characters/,
		ways,
	);
	await refuses((one) => ({ ...one, paths: [app.directory, app.directory] }), /twice/);
	await refuses((one) => ({ ...one, inventory: { ...one.inventory, containers: 'all' } }), /is not a list/);
	await refuses((one) => JSON.stringify(one).replace('{', '{"__proto__": {"v": 1},'), /__proto__/);
	await refuses((one) => JSON.stringify({ ...one, images: 0 }).replace('"images":0', '"images":NaN'), /JSON/);
	const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
	await refuses((one) => JSON.stringify({ ...one, x: 0 }).replace('"x":0', `"x":${deep}`), /nested|JSON/);
	await refuses((one) => ({ ...one, x: new Array(2_500_000).fill(0) }), /more than 2000000 values/);
	await refuses((one) => JSON.stringify(one) + ' '.repeat(65 * 1024 * 1024), /larger than/);
	await trial.holds('B', async () => {
		expect(fingerprint(app.directory)).toEqual(before);
		expect(await readdir(host.stacksDir)).toEqual([app.name]);
		expect(await readdir(host.directory)).not.toContain('out');
	});
	await trial.everything(scene);
});

fault(
	68,
	'T10: a snapshot that writes outside of its stack, takes away, or starts what is not its own',
	async (trial) => {
		const scene = await trial.scene();
		const { host, app } = scene;
		const ghost = `${host.name}-ghost`;
		const directory = join(host.stacksDir, ghost);
		const outside = join(host.directory, 'outside');
		const victim = join(host.directory, 'victim');
		for (const folder of [outside, victim]) {
			await mkdir(folder);
			await writeFile(join(folder, 'file'), 'from the snapshot\n');
		}
		/** A stack that this host does not have, and that names what it likes. */
		const asGhost = (one: AnyManifest) => ({
			...one,
			stack: { ...one.stack, key: ghost, name: ghost, directory, realDirectory: directory, project: ghost },
			inventory: { ...one.inventory, containers: [], projects: [] },
			composeConfigs: [],
			images: [],
			mounts: [],
			paths: [],
		});
		const tags = ['docker-backup', 'selective-backup', ghost];
		const restore = (id: string, ...more: readonly string[]) =>
			trial.run(scene, ['restore', '--stack', ghost, '--snapshot', id, '--in-place', ...more]);
		const untouched = () =>
			trial.holds('B', async () => {
				expect(existsSync(outside)).toBe(false);
				expect(await readFile(join(victim, 'file'), 'utf8')).toBe('mine\n');
			});

		// A new folder elsewhere: nothing is overwritten, and it is asked for all the same.
		const elsewhere = await forge(scene, {
			manifest: (one) => ({ ...asGhost(one), paths: [outside] }),
			paths: [outside],
			tags,
		});
		await rm(outside, { recursive: true });
		await writeFile(join(victim, 'file'), 'mine\n');
		const unasked = await restore(elsewhere, '--yes');
		await trial.told(unasked, { code: 64, words: [outside, /not known to be of/, `--confirm ${ghost}`] });
		await untouched();
		const all = await trial.run(scene, ['restore', '--all']);
		await trial.told(all, { code: 4, words: [outside, /restore --all --yes/] });
		await untouched();

		// A volume on a folder of the host.
		const root = join(host.directory, 'volume');
		await mkdir(root);
		await writeFile(join(root, 'file'), 'from the snapshot\n');
		const mount = {
			...{ kind: 'volume', services: [], name: `${ghost}_disk`, source: root, destination: '/disk' },
			...{ driver: 'local', driverOptions: { type: 'none', o: 'bind', device: victim }, labels: {} },
			...{ external: false, path: root },
		};
		const device = await forge(scene, {
			manifest: (one) => ({ ...asGhost(one), mounts: [mount], paths: [root] }),
			paths: [root],
			tags,
		});
		await trial.told(await restore(device, '--yes'), { code: 64, words: [/made anew on local/, victim] });
		await untouched();

		// The volume of another stack.
		const data = `${app.project}_data`;
		const stolen = { ...mount, name: data, driverOptions: {} };
		const other = await forge(scene, {
			manifest: (one) => ({ ...asGhost(one), mounts: [stolen], paths: [root] }),
			paths: [root],
			tags,
		});
		await trial.told(await restore(other, '--yes', '--confirm', ghost), {
			code: 4,
			words: [data, /in use by/],
		});

		// The project of another stack.
		const project = await forge(scene, {
			manifest: (one) => ({ ...asGhost(one), inventory: one.inventory, paths: [root] }),
			paths: [root],
			tags,
		});
		await trial.told(await restore(project, '--yes', '--confirm', ghost), {
			code: 4,
			words: [app.project, /runs from elsewhere/],
		});

		// A safety snapshot that takes away what it likes.
		const safety = ['backup-tui-safety', `safety-${app.name}`];
		const rollBack = (...more: readonly string[]) =>
			trial.run(scene, ['restore', '--stack', app.name, '--rollback', ...more]);
		await forge(scene, {
			manifest: (one) => ({ ...one, mounts: [], paths: [], absent: [victim] }),
			tags: safety,
		});
		await trial.told(await rollBack('--yes'), { code: 64, words: [victim, /TAKEN AWAY/] });
		await untouched();
		const up = `${app.directory}/../../victim`;
		await forge(scene, {
			manifest: (one) => ({ ...one, mounts: [], paths: [], absent: [up] }),
			tags: safety,
		});
		await trial.told(await rollBack('--yes', '--confirm', app.name), {
			code: 4,
			words: [/plain absolute path/],
		});
		await untouched();

		// A streamed volume behind a link that an earlier part makes inside the target: such a stream is none of ours.
		const link = join(host.directory, 'link');
		await symlink(victim, link);
		const set = 'forged';
		const streamed = { ...mount, name: 'x', driverOptions: {}, path: undefined, stream: 'x' };
		const through = await forge(scene, {
			manifest: (one) => {
				const made = asGhost(one);
				const stack = { ...made.stack, directory: link, realDirectory: link };
				return { ...made, stack, mounts: [streamed], paths: [link] };
			},
			paths: [link],
			tags: [...tags, `set-${set}`],
		});
		const part = ['backup-tui-part', `part-${ghost}`, 'volume-x', `set-${set}`].flatMap((tag) => [
			'--tag',
			tag,
		]);
		const file = join(link, 'x.tar');
		await restic(host, ['backup', '-q', '--stdin', '--stdin-filename', file, ...part], { input: 'tar' });
		const target = join(host.directory, 'target');
		const wrote = await trial.run(scene, [
			...[
				'restore',
				'--stack',
				ghost,
				'--snapshot',
				through,
				'--target',
				target,
				'--yes',
				'--confirm',
				ghost,
			],
		]);
		await trial.holds('D', () => expect(wrote.stdout).toMatch(/x is not in this snapshot: .* is gone/));
		await trial.holds('B', async () => expect(await readdir(victim)).toEqual(['file']));

		// Agreed to by name, it is done.
		const agreed = await restore(elsewhere, '--yes', '--confirm', ghost);
		await trial.holds('D', () => expect(agreed.code, agreed.stdout + agreed.stderr).toBe(0));
		await trial.holds('B', async () =>
			expect(await readFile(join(outside, 'file'), 'utf8')).toBe('from the snapshot\n'),
		);
		await trial.everything(scene);
	},
);

fault(69, 'F10: a copy on a host whose address ranges are used up, or whose port is taken', async (trial) => {
	const engine = await privateEngine();
	onTestFinished(() => engine.dispose(), 120_000);
	const scene = await trial.scene({ env: { DOCKER_HOST: engine.address } });
	const { host, app } = scene;
	const name = `${host.name}-copy`;
	const copy = ['restore', '--stack', app.name, '--as', name];
	const made: string[] = [];
	for (let number = 0; number < 64; number += 1) {
		const network = `${host.name}-fill-${number}`;
		if ((await docker(host, ['network', 'create', network], { anyCode: true })).code !== 0) break;
		made.push(network);
	}
	const networks = async () => (await docker(host, ['network', 'ls', '-q'])).stdout;
	const before = await networks();
	const refused = await trial.run(scene, copy);
	await trial.told(refused, {
		code: 4,
		words: [/needs 1 networks?/, /address pool|subnet/, /network prune/],
	});
	await trial.holds('D', () => {
		expect(refused.stdout + refused.stderr).not.toMatch(/--rollback|is down now/);
	});
	await trial.holds('A', async () => {
		expect(existsSync(join(host.stacksDir, name))).toBe(false);
		expect(await networks()).toBe(before);
	});
	for (const network of made) await docker(host, ['network', 'rm', network]);

	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const taken = await trial.run(scene, [...copy, '--publish', `web=127.0.0.1:${port}:80`]);
	server.close();
	await trial.told(taken, { code: 4, words: [new RegExp(`port ${port} of this host is in use`)] });
	await trial.holds('A', () => expect(existsSync(join(host.stacksDir, name))).toBe(false));
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
});

fault(70, 'T23, T24: a copy that does not run, and one that is removed by hand', async (trial) => {
	const scene = await trial.scene();
	const { host, app } = scene;
	const name = `${host.name}-copy`;
	const directory = join(host.stacksDir, name);
	const volumes = async () => (await docker(host, ['volume', 'ls', '-q', '--filter', `name=${name}`])).stdout;
	const containers = async () => (await docker(host, ['ps', '-aq', '--filter', `name=${name}`])).stdout;
	// Its process ends at once: it is written, and does not run.
	const id = await forge(scene, {
		manifest: (one) => {
			one.composeConfigs[0].config.services.web.command = ['false'];
			return one;
		},
		paths: [app.directory, await mountpoint(app)],
	});
	const failed = await trial.run(scene, ['restore', '--stack', app.name, '--as', name, '--snapshot', id]);
	await trial.told(failed, { code: 4, words: [name, /is written, but does not run/] });
	await trial.holds('D', () =>
		expect(failed.stdout + failed.stderr).not.toMatch(/--rollback|backup-tui.* recover/),
	);
	const backup = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(backup.code, backup.stdout + backup.stderr).toBe(0));
	const remove = /remove it: (docker compose \S+ \S+ down -v)/.exec(failed.stdout)?.[1] ?? '';
	await docker(host, remove.split(' ').slice(1));
	await rm(directory, { recursive: true });

	// One that is killed when it is whole, or half made, and removed by hand: nobody makes it again.
	for (const phase of ['up', 'restore'] as const) {
		const making = trial.start(scene, ['restore', '--stack', app.name, '--as', name, '--json']);
		await making.waitFor(phaseStart(phase));
		await trial.kill(making, scene, 'everything');
		await docker(host, ['compose', '-p', name, 'down', '-v']);
		const again = await trial.run(scene, ['backup']);
		await trial.holds('D', () => expect(again.code, again.stdout + again.stderr).toBe(0));
		const recovered = await trial.run(scene, ['recover']);
		await trial.holds('D', () =>
			expect(phase === 'up' ? [0] : [0, 4], recovered.stdout + recovered.stderr).toContain(recovered.code),
		);
		await trial.holds('A', async () => expect([await containers(), await volumes()]).toEqual(['', '']));
		await rm(directory, { recursive: true, force: true });
		const given = await trial.run(scene, ['recover']);
		await trial.holds('D', () => expect(given.code, given.stdout + given.stderr).toBe(0));
	}
	// While its folder was there, the backup has listed it as new, and off.
	await rememberFiles(scene);
	await trial.everything(scene);
});
