import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examineConfigFile, type LoadOptions, loadConfig } from '../../source/config/load.ts';
import { BackupTuiError } from '../../source/errors.ts';
import { minimal } from './examine.ts';

let directory: string;
let file: string;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'config-load-'));
	file = join(directory, 'config.ini');
	writeFileSync(file, minimal, { mode: 0o600 });
});

afterEach(() => {
	rmSync(directory, { recursive: true });
});

function failure(options: Partial<LoadOptions> = {}): BackupTuiError {
	try {
		loadConfig({ configPath: file, env: {}, ...options });
	} catch (error) {
		if (error instanceof BackupTuiError) return error;
		throw error;
	}
	throw new Error('was loaded');
}

test('a file that only its owner can touch is read without a word', () => {
	const { config, warnings } = loadConfig({ configPath: file, env: {} });
	expect(config.repository.location).toBe('/mnt/repo');
	expect(warnings).toEqual([]);
});

test('several problems are one error that lists them all', () => {
	writeFileSync(file, '[docker]\nFOO=1\nDOCKER_TIMEOUT=x\n');
	const error = failure();
	expect(error.code).toBe('config-invalid');
	expect(error.exitCode).toBe(1);
	expect(error.message.split('\n')).toHaveLength(5);
	expect(error.message).toContain('line 3, [docker] DOCKER_TIMEOUT');
});

describe('who may touch the files', () => {
	test.each([0o620, 0o602, 0o666])('mode %o is refused', (mode) => {
		chmodSync(file, mode);
		expect(failure()).toMatchObject({ code: 'config-insecure', exitCode: 1, hint: `chmod go-w ${file}` });
	});

	test('a directory on the way that others can write is refused', () => {
		chmodSync(directory, 0o777);
		expect(failure().code).toBe('config-insecure');
		chmodSync(directory, 0o1777);
		expect(loadConfig({ configPath: file, env: {} }).warnings).toEqual([]);
	});

	test('the directory behind a symbolic link counts', () => {
		const open = join(directory, 'open');
		mkdirSync(open);
		chmodSync(open, 0o777);
		writeFileSync(join(open, 'config.ini'), minimal, { mode: 0o600 });
		const link = join(directory, 'link.ini');
		symlinkSync('open/config.ini', link);
		expect(failure({ configPath: link }).message).toContain(open);
	});

	test.runIf(process.geteuid?.() === 0)("root does not read another user's file", () => {
		chownSync(file, 1000, 1000);
		expect(failure()).toMatchObject({ code: 'config-insecure', hint: `chown root ${file}` });
	});

	test('a password file, a command and a program that others can change are refused', () => {
		const open = join(directory, 'open');
		writeFileSync(open, 'x');
		chmodSync(open, 0o666);
		const base = minimal.replace('PASSWORD=secret\n', '');
		for (const line of [
			`PASSWORD_FILE=${open}`,
			`PASSWORD_COMMAND=${open} arg`,
			`PASSWORD=x\n[cloud_sync]\nCOMMAND=${open}`,
			`PASSWORD=x\n[tools]\nRESTIC=${open}`,
			`PASSWORD=x\n[cloud_sync]\nREMOTE=a\nRCLONE_CONFIG=${open}`,
		]) {
			writeFileSync(file, `${base}${line}\n`);
			expect(failure(), line).toMatchObject({ code: 'config-insecure' });
		}
	});

	test('a command that depends on the working directory is refused', () => {
		writeFileSync(file, minimal.replace('PASSWORD=secret', 'PASSWORD_COMMAND=./pass'));
		expect(failure().message).toContain('working directory');
	});

	test('files that others can read are warned about', () => {
		const password = join(directory, 'password');
		writeFileSync(password, 'x', { mode: 0o644 });
		writeFileSync(file, minimal.replace('PASSWORD=secret', 'PASSWORD_FILE=password'));
		chmodSync(file, 0o644);
		const { warnings } = loadConfig({ configPath: file, env: {} });
		expect(warnings.map((warning) => warning.readable)).toEqual([file, password]);
	});

	test('a password file that is not there is a warning: not every command needs it', () => {
		writeFileSync(file, minimal.replace('PASSWORD=secret', 'PASSWORD_FILE=gone'));
		const { warnings } = loadConfig({ configPath: file, env: {} });
		expect(warnings).toMatchObject([{ message: expect.stringContaining('does not exist') }]);
	});
});

describe('which file', () => {
	test('--config over $BACKUP_TUI_CONFIG over $BACKUP_CONFIG over XDG', () => {
		const write = (name: string) => {
			const path = join(directory, name, 'config.ini');
			mkdirSync(join(directory, name), { recursive: true });
			writeFileSync(path, minimal, { mode: 0o600 });
			return path;
		};
		const env: Record<string, string> = { XDG_CONFIG_HOME: join(directory, 'xdg') };
		const xdg = write('xdg/backup-tui');
		expect(examineConfigFile({ env }).file).toBe(xdg);
		env.BACKUP_CONFIG = write('older');
		expect(examineConfigFile({ env }).file).toBe(env.BACKUP_CONFIG);
		env.BACKUP_TUI_CONFIG = write('ours');
		expect(examineConfigFile({ env }).file).toBe(env.BACKUP_TUI_CONFIG);
		expect(examineConfigFile({ env, configPath: 'config.ini', cwd: directory }).file).toBe(file);
	});

	test('the working directory is not searched', () => {
		const env = { XDG_CONFIG_HOME: join(directory, 'none') };
		try {
			expect(examineConfigFile({ env, cwd: directory }).file).not.toBe(file);
		} catch (error) {
			expect(error).toMatchObject({ code: 'config-missing' });
		}
	});

	test('one that was asked for and is not there is an error, others are not tried', () => {
		const error = failure({ configPath: join(directory, 'nope.ini') });
		expect(error).toMatchObject({ code: 'config-missing', exitCode: 1 });
		expect(error.hint).toContain('config generate');
	});
});

test('what is not text is refused with its line', () => {
	writeFileSync(file, Buffer.concat([Buffer.from('[docker]\nHOST='), Buffer.from([0xe4, 0x0a])]));
	expect(failure()).toMatchObject({ code: 'config-invalid', message: expect.stringContaining('line 2') });
	rmSync(file);
	mkdirSync(file);
	expect(failure()).toMatchObject({ code: 'config-invalid' });
});

test('a systemd credential is the password when none is set', () => {
	writeFileSync(file, minimal.replace('PASSWORD=secret', ''));
	const credential = join(directory, 'restic-password');
	writeFileSync(credential, 'x', { mode: 0o400 });
	const { config } = loadConfig({ configPath: file, env: { CREDENTIALS_DIRECTORY: directory } });
	expect(config.repository.password).toEqual({ kind: 'file', path: credential });
});
