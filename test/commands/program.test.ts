import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seal } from '../../source/services/recovery-kit/seal.ts';
import { minimal } from '../config/examine.ts';

// The built program, as a person starts it.

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/backup-tui.js');
let directory: string;

beforeAll(() => {
	execFileSync(process.execPath, [join(root, 'scripts/build.js')], { timeout: 60_000 });
}, 90_000);

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'config-program-'));
});

afterEach(() => {
	rmSync(directory, { recursive: true });
});

function run(args: readonly string[], env: Record<string, string> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
		encoding: 'utf8',
		env: { PATH: '/usr/bin:/bin', HOME: directory, XDG_CONFIG_HOME: join(directory, 'xdg'), ...env },
		cwd: directory,
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: 30_000,
	});
	return { status, stdout, stderr };
}

function writeConfig(text: string, mode = 0o600): string {
	const path = join(directory, 'config.ini');
	writeFileSync(path, text);
	chmodSync(path, mode);
	return path;
}

test('nothing that a headless command loads brings the HTTP client of fetch()', () => {
	const dist = join(root, 'dist');
	const chunks = readdirSync(dist).filter((name) => name.endsWith('.cjs') && name !== 'cli.cjs');
	const load = `for (const name of ${JSON.stringify(chunks)}) require(${JSON.stringify(dist)} + '/' + name);
		console.log(process.moduleLoadList.filter((name) => /undici|http/.test(name)).join());`;
	const { stdout } = spawnSync(process.execPath, ['-e', load], { encoding: 'utf8', timeout: 30_000 });
	expect(stdout).toContain('NativeModule http');
	expect(stdout).not.toContain('undici');
});

test('a backup is kept small before the rest of it is loaded', () => {
	const preload = join(directory, 'preload.cjs');
	writeFileSync(
		preload,
		`const v8 = require('node:v8');
		const { setFlagsFromString } = v8;
		v8.setFlagsFromString = (flag) => {
			v8.setFlagsFromString = setFlagsFromString;
			process.stderr.write(Object.keys(require.cache).filter((path) => path.includes('/dist/')).length + ' loaded');
			setFlagsFromString(flag);
		};`,
	);
	const { stderr } = run(['backup', '--dry-run'], { NODE_OPTIONS: `--require ${preload}` });
	expect(Number(/(\d+) loaded/.exec(stderr)?.[1])).toBeLessThan(4);
});

test('--version anywhere, whatever else is wrong', () => {
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	for (const args of [['--version'], ['backup', '--nonsense', '--version']]) {
		expect(run(args)).toEqual({ status: 0, stdout: `backup-tui ${version}\n`, stderr: '' });
	}
	expect(JSON.parse(run(['version', '--json']).stdout)).toEqual({ version, node: process.version });
});

test('an older Node is told what is needed', () => {
	const preload = join(directory, 'older.cjs');
	writeFileSync(preload, "Object.defineProperty(process.versions, 'node', { value: '20.1.0' });");
	const { status, stderr } = spawnSync(process.execPath, ['--require', preload, program, '--version'], {
		encoding: 'utf8',
	});
	expect(status).toBe(69);
	expect(stderr).toMatch(/needs Node 24\.15 or newer/);
});

test('the executable has no syntax that Node 10 lacks', () => {
	expect(readFileSync(program, 'utf8')).not.toMatch(/\?\.|\?\?|\basync\b|\bawait\b|^import |#!.*\n.*#/m);
});

test('nothing to do and no terminal: short help on stderr, 64', () => {
	const { status, stdout, stderr } = run([]);
	expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
	expect(stderr).toContain('backup-tui help');
});

test('help goes to stdout, for the program and for a command either way', () => {
	expect(run(['help'])).toMatchObject({ status: 0, stderr: '' });
	const either = ['help config import', 'config import --help', '-h config import'].map((line) =>
		run(line.split(' ')),
	);
	for (const result of either) expect(result).toEqual(either[0]);
	expect(either[0]?.stdout).toContain('Usage: backup-tui config import FILE [TARGET] [FLAGS]');
});

test('help as a document', () => {
	const help = JSON.parse(run(['help', '--json']).stdout);
	expect(help.commands.map(({ name }: { name: string }) => name)).toContain('config');
	expect(JSON.parse(run(['config', '--help', '--json']).stdout)).toMatchObject({
		name: 'config',
		subcommands: [{ name: 'generate' }, { name: 'validate' }, { name: 'show' }, { name: 'import' }],
	});
});

test('wrong usage ends with 64 before anything is read', () => {
	const { status, stdout, stderr } = run(['config', 'show', '--orgin', '--config', '/nonexistent']);
	expect({ status, stdout, stderr }).toEqual({
		status: 64,
		stdout: '',
		stderr: 'error: unknown flag: --orgin\nhint: did you mean --origin?\n',
	});
});

test('an error with --json is a document on stdout', () => {
	const { status, stdout, stderr } = run(['--json', 'config', 'show', '-c', '/nonexistent/config.ini']);
	expect(status).toBe(1);
	expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'config-missing', exitCode: 1 } });
	expect(stderr).toMatch(/^error: /);
});

describe('a reader that goes away', () => {
	test('ends the output, not the program, and the exit code stands', async () => {
		const path = writeConfig(minimal);
		const child = spawn(process.execPath, [program, 'config', 'show', '-c', path], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child.stdout.destroy();
		let stderr = '';
		child.stderr.on('data', (chunk) => {
			stderr += chunk;
		});
		const code = await new Promise((resolve) => child.on('close', resolve));
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	});

	test.runIf(existsSync('/dev/full'))('output that cannot be written is not a success', () => {
		const script = '"$1" "$2" help > /dev/full';
		const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, program], {
			encoding: 'utf8',
		});
		expect(status).not.toBe(0);
		expect(stderr).toContain('ENOSPC');
	});
});

describe('config generate', () => {
	test('writes the template with mode 600, and what it wrote is valid', () => {
		const path = join(directory, 'new', 'config.ini');
		expect(run(['config', 'generate', path])).toMatchObject({ status: 0, stdout: `${path}\n` });
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(readFileSync(path, 'utf8')).toBe(readFileSync(join(root, 'config.example.ini'), 'utf8'));
		expect(run(['validate', path]).status).toBe(0);
	});

	test('never replaces a file without a yes, and keeps it then', () => {
		const path = writeConfig('precious');
		expect(run(['config', 'generate', path])).toMatchObject({ status: 64, stdout: '' });
		expect(run(['config', 'generate', path, '--dry-run', '--yes']).status).toBe(0);
		expect(readdirSync(directory)).toEqual(['config.ini']);
		expect(readFileSync(path, 'utf8')).toBe('precious');
		expect(run(['config', 'generate', path, '--yes']).status).toBe(0);
		const kept = readdirSync(directory).find((name) => name.endsWith('.bak')) ?? '';
		expect(readFileSync(join(directory, kept), 'utf8')).toBe('precious');
	});

	test('to standard output', () => {
		expect(run(['config', 'generate', '-']).stdout).toBe(
			readFileSync(join(root, 'config.example.ini'), 'utf8'),
		);
	});

	test('generate-config, the older name, writes config/config.ini.template in the base directory', () => {
		const { status, stdout } = run(['generate-config', '-c', join(directory, 'config', 'config.ini')]);
		const path = join(directory, 'config', 'config.ini.template');
		expect({ status, stdout }).toEqual({ status: 0, stdout: `${path}\n` });
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});
});

describe('validate', () => {
	test('reports all problems on stdout and ends with 1', () => {
		const path = writeConfig(`${minimal}FOO=1\nKEEP_DAILY=x\n`);
		for (const args of [
			['validate', path],
			['config', 'validate', '-c', path],
			['--validate-config', '-c', path],
		]) {
			const { status, stdout } = run(args);
			expect(status).toBe(1);
			expect(stdout).toMatch(/line 6.*FOO[\s\S]*line 7.*KEEP_DAILY[\s\S]*2 errors/);
		}
	});

	test('--json is one document', () => {
		const path = writeConfig(`${minimal}FOO=1\n`);
		const { status, stdout } = run(['validate', '--json', path]);
		expect(status).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({
			file: path,
			ok: false,
			problems: [{ severity: 'error', line: 6, key: 'FOO' }, { severity: 'warning' }],
		});
	});

	test('--fix takes away what others may read, a dry run only says so', () => {
		const path = writeConfig(minimal, 0o644);
		expect(run(['validate', path]).stdout).toContain('can be read by everybody');
		expect(run(['validate', '--fix', '-n', path]).stderr).toContain(`would set mode 600 on ${path}`);
		expect(statSync(path).mode & 0o777).toBe(0o644);
		expect(run(['validate', '--fix', path]).stdout).not.toContain('can be read');
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});

	test('a file that others can write is refused by every command', () => {
		const path = writeConfig(minimal, 0o666);
		expect(run(['validate', path])).toMatchObject({
			status: 1,
			stdout: expect.stringContaining('by everybody'),
		});
		expect(run(['config', 'show', '-c', path])).toMatchObject({ status: 1, stdout: '' });
	});
});

describe('config show', () => {
	const canary = 'c4n4ry-p4ssword';

	test('prints a file that reads the same again, without the secret', () => {
		const path = writeConfig(minimal.replace('=secret', `='${canary}'`));
		const { status, stdout, stderr } = run(['config', 'show', '--origin', '-c', path]);
		expect(status).toBe(0);
		expect(stdout + stderr).not.toContain(canary);
		expect(stdout).toMatch(/^DOCKER_STACKS_DIR=\/opt\/stacks +# file, line 2$/m);
		expect(stdout).toMatch(/^KEEP_DAILY=7 +# default$/m);
		expect(stdout).toMatch(/^RESTIC_PASSWORD=\*{8} +# file, line 5$/m);
		const again = writeConfig(run(['config', 'show', '-c', path]).stdout);
		// Only the mask is refused: it would be a password of asterisks.
		expect(run(['validate', again]).stdout.match(/^error: .*$/gm)).toEqual([
			expect.stringContaining('RESTIC_PASSWORD: is what stands for a secret'),
		]);
	});

	test('the environment is named as the origin', () => {
		const path = writeConfig(minimal);
		const { stdout } = run(['--json', 'config', 'show', '-c', path], {
			BACKUP_TUI_KEEP_DAILY: '3',
			RESTIC_PASSWORD: canary,
		});
		expect(stdout).not.toContain(canary);
		expect(JSON.parse(stdout).values).toContainEqual({
			section: 'local_backup',
			key: 'KEEP_DAILY',
			value: '3',
			origin: { kind: 'environment', detail: 'BACKUP_TUI_KEEP_DAILY' },
		});
	});

	test('--config in front of the command and $BACKUP_TUI_CONFIG lead to the same file', () => {
		const path = writeConfig(minimal);
		expect(run(['config'], { BACKUP_TUI_CONFIG: path })).toEqual(run(['-c', 'config.ini', 'config']));
	});
});

const user = 65_534;
// A checkout below /root is closed to others.
const canBeAnotherUser =
	process.geteuid?.() === 0 &&
	spawnSync(process.execPath, [program, '--version'], { uid: user, gid: user }).status === 0;

describe.runIf(canBeAnotherUser)('as another user than root', () => {
	const runAs = (args: readonly string[], env: Record<string, string>) =>
		spawnSync(process.execPath, [program, ...args], {
			encoding: 'utf8',
			uid: user,
			gid: user,
			env: { PATH: '/usr/bin:/bin', ...env },
			timeout: 30_000,
		});

	test('a configuration that root made is taken, and the state lies in the home directory', () => {
		const home = join(directory, 'home');
		const path = join(home, '.config/backup-tui/config.ini');
		mkdirSync(join(home, '.config/backup-tui'), { recursive: true });
		chmodSync(directory, 0o755);
		writeFileSync(path, minimal, { mode: 0o644 });
		const { status, stdout, stderr } = runAs(['config', 'show'], { HOME: home });
		expect({ status, stderr }).toMatchObject({
			status: 0,
			stderr: expect.stringContaining('read by everybody'),
		});
		expect(stdout).toContain(`STATE_DIR=${home}/.local/state/backup-tui`);
	});

	test('one that may not be looked at is said to be so, and no other is taken instead', () => {
		chmodSync(directory, 0o755);
		const closed = join(directory, 'closed');
		mkdirSync(join(closed, 'backup-tui'), { recursive: true, mode: 0o700 });
		const { status, stderr } = runAs(['config', 'show'], { HOME: '/', XDG_CONFIG_HOME: closed });
		expect(status).toBe(77);
		expect(stderr).toContain('cannot be read by this user');
	});
});

describe('config import', () => {
	const older = `${minimal.replace('=secret', '=hun#ter2')}MY_OWN=1\n`;

	test('writes beside an existing target, leaves the older file as it is, shows no password', () => {
		mkdirSync(join(directory, 'older', 'config'), { recursive: true });
		const source = join(directory, 'older', 'config', 'config.ini');
		writeFileSync(source, older, { mode: 0o644 });
		writeFileSync(join(directory, 'older', 'dirlist'), 'web=true\n');
		const target = writeConfig('precious');
		const { status, stdout, stderr } = run(['config', 'import', source, target]);
		expect(status).toBe(0);
		expect(stdout).toMatch(/changed line 5, PASSWORD: the unquoted # cut the password/);
		expect(stdout).toContain('dropped line 6, MY_OWN');
		expect(stdout).toContain(`wrote ${target}.imported`);
		expect(stderr).toContain(join(directory, 'older', 'dirlist'));
		expect(stdout + stderr).not.toMatch(/hun|ter2/);
		expect(readFileSync(target, 'utf8')).toBe('precious');
		expect(readFileSync(source, 'utf8')).toBe(older);
		expect(statSync(`${target}.imported`).mode & 0o777).toBe(0o600);
		expect(run(['validate', `${target}.imported`]).status).toBe(0);
	});

	test('a dry run writes nothing', () => {
		const source = writeConfig(older);
		const target = join(directory, 'new.ini');
		const { stdout } = run(['-n', 'config', 'import', source, target]);
		expect(stdout).toContain(`would write ${target}`);
		expect(existsSync(target)).toBe(false);
	});

	test('--json accounts for every line', () => {
		const source = writeConfig(older);
		const document = JSON.parse(
			run(['--json', 'config', 'import', source, join(directory, 'new.ini')]).stdout,
		);
		expect(document).toMatchObject({ from: source, to: join(directory, 'new.ini'), written: true });
		expect(document.keys.map((key: { line: number }) => key.line)).toEqual([2, 4, 5, 6]);
	});
});

describe('recovery-kit --open', () => {
	test('a file that is not there is wrong usage, told in words', () => {
		const { status, stderr } = run(['recovery-kit', '--open', 'kit.txt']);
		expect(stderr).toBe(`error: there is no file ${join(directory, 'kit.txt')}\n`);
		expect(status).toBe(64);
	});

	test('with several remotes the next command names one, so that it works when pasted', async () => {
		const kit = (names: readonly string[]) => ({
			v: 1,
			createdAt: '2026-01-31T04:30:00.000Z',
			program: 'backup-tui 0.1.0',
			host: 'nas',
			repository: { location: '/srv/restic', id: '0'.repeat(64), password: 'secret' },
			remotes: names.map((name) => ({ name, place: `${name}:restic` })),
			files: [{ path: '/etc/backup-tui/config.ini', what: 'the configuration', text: minimal }],
		});
		const passphrase = join(directory, 'passphrase');
		writeFileSync(passphrase, 'correct horse\n', { mode: 0o600 });
		const next = async (names: readonly string[]) => {
			writeFileSync(join(directory, 'kit.txt'), await seal(JSON.stringify(kit(names)), 'correct horse'));
			const to = ['--to', join(directory, 'out'), '--passphrase-file', passphrase];
			const { stdout } = run(['recovery-kit', '--open', 'kit.txt', ...to, '--yes']);
			return /^next: (.*)$/m.exec(stdout)?.[1];
		};
		const restore = `backup-tui --config ${join(directory, 'out/config.ini')} restore --all --from-remote`;
		expect(await next(['cloud'])).toBe(restore);
		expect(await next(['disk', 'cloud'])).toBe(`${restore} --remote disk`);
	});

	test('what is no kit is refused before anybody is asked for a passphrase', () => {
		writeFileSync(join(directory, 'notes.txt'), 'just notes\n');
		const { status, stderr } = run(['recovery-kit', '--open', 'notes.txt']);
		expect(stderr).toMatch(/^error: this is not a recovery kit: its marks are missing\nhint: /);
		expect(status).toBe(4);
	});
});

test('a mistyped subcommand leads to the help that lists them', () => {
	const { status, stderr } = run(['stacks', 'frobnicate']);
	expect(stderr).toBe(
		'error: unknown command of stacks: frobnicate\nhint: list them: backup-tui help stacks\n',
	);
	expect(status).toBe(64);
	expect(run(['help', 'stacks']).stdout).toMatch(/^Subcommands\n {2}list /m);
});
