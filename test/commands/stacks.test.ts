import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { composeText, stacksDirectory } from '../stacks/stacks-directory.ts';

// Each step starts the program anew.
vi.setConfig({ testTimeout: 60_000 });

/** The program itself, on a host of its own. */
function host(names: readonly string[]) {
	const stacks = Object.fromEntries(names.map((name) => [`stacks/${name}/compose.yaml`, composeText]));
	const root = stacksDirectory(stacks);
	const config = join(root, 'config.ini');
	const text = `[docker]\nDOCKER_STACKS_DIR=${root}/stacks\n[local_backup]\nRESTIC_REPOSITORY=${root}/repo\nRESTIC_PASSWORD=x\n`;
	writeFileSync(config, text, { mode: 0o600 });
	const run = (...args: string[]) => {
		const program = join(import.meta.dirname, '../../source/cli.ts');
		const env = { PATH: process.env.PATH, HOME: root, LANG: 'C.UTF-8' };
		const done = spawnSync(process.execPath, [program, '-c', config, ...args], {
			cwd: root,
			env,
			timeout: 20_000,
		});
		return { code: done.status, out: done.stdout.toString(), err: done.stderr.toString() };
	};
	const dirlist = join(root, 'dirlist');
	return { root, run, dirlist, entries: () => readFileSync(dirlist, 'utf8').replace(/^#.*\n/gm, '') };
}

test('a list, enabling, disabling: what a person sees', () => {
	const { run, dirlist, entries } = host(['web', '-x', '日本']);
	const first = run('stacks', '--no-state');
	expect(first.code).toBe(0);
	expect(first.out).toBe(
		[
			'     STACK  STATE  NOTE',
			'off  -x     -      new',
			'off  web    -      new',
			'off  日本   -      new; Compose finds no project name in "日本": add a name: to the compose file',
			'',
		].join('\n'),
	);
	expect(first.err).toContain('3 stacks: 0 on, 3 off.');
	expect(existsSync(dirlist)).toBe(false);

	expect(run('stacks', 'enable', '--dry-run', '--', '-x').out).toContain('-x: would be enabled');
	expect(existsSync(dirlist)).toBe(false);

	const enabled = run('stacks', 'enable', '--', '-x');
	expect([enabled.code, enabled.out.split('\n')[0]]).toEqual([0, '-x: enabled']);
	expect(entries()).toBe('-x=true\nweb=false\n日本=false\n');
	expect(run('stacks', 'list', '--enabled', '--no-state').out).toBe('    STACK  STATE  NOTE\non  -x     -\n');
	expect(run('stacks', 'disable', '--all').out).toBe('-x: disabled\n');
	expect(entries()).toBe('-x=false\nweb=false\n日本=false\n');
});

test('--json: one document each', () => {
	const { run, root } = host(['web']);
	const changed = JSON.parse(run('stacks', 'enable', 'web', '--json').out);
	expect(changed).toMatchObject({ dryRun: false, changed: [{ key: 'web', name: 'web', change: 'enabled' }] });
	const listing = JSON.parse(run('stacks', 'list', '--no-state', '--json').out);
	expect(listing).toMatchObject({
		dirlist: join(root, 'dirlist'),
		stacksDir: join(root, 'stacks'),
		counts: { total: 1, enabled: 1, disabled: 0, missing: 0 },
		stacks: [{ key: 'web', enabled: true, project: 'web', missing: false }],
	});
});

test('an unknown name: exit 64, the nearest named', () => {
	const done = host(['immich']).run('stacks', 'enable', 'imich');
	expect([done.code, done.out]).toEqual([64, '']);
	expect(done.err).toContain('error: there is no stack "imich"\nhint: Did you mean immich?');
});

test('a stacks directory that went away: exit 2, the dirlist as it was', () => {
	const { run, root, entries } = host(['web', 'db']);
	run('stacks', 'enable', '--all');
	const before = entries();
	mkdirSync(join(root, 'empty'));
	const config = join(root, 'config.ini');
	writeFileSync(config, readFileSync(config, 'utf8').replace(`${root}/stacks`, `${root}/empty`));
	const done = run('stacks', 'disable', 'web');
	expect(done.code).toBe(2);
	expect(done.err).toContain('none of the 2 stacks in the dirlist is in the stacks directory');
	expect(entries()).toBe(before);
});

test('names that would steer a terminal are shown as escapes', () => {
	const { run, root } = host(['web']);
	const odd = Buffer.concat([Buffer.from(`${root}/stacks/`), Buffer.from('\x1b[2J\xff', 'latin1')]);
	mkdirSync(odd);
	writeFileSync(Buffer.concat([odd, Buffer.from('/compose.yaml')]), composeText);
	const csi = join(root, 'stacks/\u009b2J');
	mkdirSync(csi);
	writeFileSync(join(csi, 'compose.yaml'), composeText);
	const { out, code } = run('stacks', '--no-state');
	expect(code).toBe(0);
	expect(out).toContain('./\\x1b[2J\\xff');
	expect(out).toContain('\\x9b2J');
	expect(out).toMatch(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$/);
});
