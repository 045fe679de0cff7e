import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import type { ProcessRunner } from '../process/command.ts';
import { childEnvironment } from '../process/environment.ts';
import type { PasswordSource } from './types.ts';

/** What password managers and key agents need; nothing of restic's or rclone's own. */
const commandVariables = [
	'GNUPGHOME',
	'GPG_*',
	'PASSWORD_STORE_*',
	'PINENTRY_USER_DATA',
	'DBUS_SESSION_BUS_ADDRESS',
	'VAULT_*',
	'BW_*',
	'OP_*',
	'SOPS_*',
	'AGE_*',
	'AWS_*',
	'AZURE_*',
	'GOOGLE_*',
	'CREDENTIALS_DIRECTORY',
];

const commandTimeoutMs = 60_000;

const noPassword = 'set PASSWORD_FILE, PASSWORD_COMMAND or PASSWORD in [local_backup]';

function withoutLineEnd(content: Buffer): Buffer {
	let end = content.length;
	while (end > 0 && (content[end - 1] === 0x0a || content[end - 1] === 0x0d)) end -= 1;
	return content.subarray(0, end);
}

function readPasswordFile(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const refused = code === 'EACCES' || code === 'EPERM';
		throw new BackupTuiError(
			refused ? 'no-permission' : 'password-missing',
			`the password file cannot be read: ${message}`,
			{
				cause: error,
				hint: `check PASSWORD_FILE (${path})`,
			},
		);
	}
}

async function askCommand(
	argv: readonly string[],
	runner: ProcessRunner,
	environment: Readonly<Record<string, string | undefined>>,
	signal: AbortSignal | undefined,
): Promise<Buffer> {
	const [file, ...args] = argv;
	if (file === undefined)
		throw new BackupTuiError('password-missing', 'PASSWORD_COMMAND is empty', { hint: noPassword });
	const chunks: Buffer[] = [];
	const stdoutTo = new Writable({
		write: (chunk: Buffer, _encoding, done) => {
			chunks.push(chunk);
			done();
		},
	});
	const result = await runner.run({
		tool: 'user',
		file,
		args,
		env: childEnvironment(environment, commandVariables),
		timeoutMs: commandTimeoutMs,
		readOnly: true,
		// Not collected in the result, which may be logged: here it is the password.
		stdoutTo,
		maxOutputBytes: 0,
		...(signal === undefined ? {} : { signal }),
	});
	if (result.exitCode !== 0) {
		const how = result.timedOut
			? `did not finish within ${commandTimeoutMs / 1000} s`
			: result.exitCode === null
				? `was ended by ${result.signal}`
				: `ended with code ${result.exitCode}`;
		// What it wrote is withheld: it may be the secret itself.
		throw new BackupTuiError('password-missing', `the password command ${how}`, {
			hint: `run it by hand to see what it says: ${file}`,
		});
	}
	return Buffer.concat(chunks);
}

/**
 * The repository's password, without a line end.
 *
 * @throws password-missing when there is none or it is empty: restic 0.14 would then ask on standard input;
 *   config-invalid for one that restic would change (it trims what it reads from a file)
 */
export async function readPassword(
	source: PasswordSource,
	runner: ProcessRunner,
	environment: Readonly<Record<string, string | undefined>>,
	signal?: AbortSignal,
): Promise<Buffer> {
	if (source.kind === 'none')
		throw new BackupTuiError('password-missing', 'no password for the repository is configured', {
			hint: noPassword,
		});
	if (source.kind === 'value') {
		if (source.value !== source.value.trim())
			throw new BackupTuiError(
				'config-invalid',
				'a PASSWORD that begins or ends with blanks cannot be given to restic',
				{
					hint: 'add a key without them: restic key add',
				},
			);
		return notEmpty(Buffer.from(source.value));
	}
	if (source.kind === 'file') return notEmpty(withoutLineEnd(readPasswordFile(source.path)));
	return notEmpty(withoutLineEnd(await askCommand(source.argv, runner, environment, signal)));
}

function notEmpty(password: Buffer): Buffer {
	if (password.toString().trim() !== '') return password;
	throw new BackupTuiError('password-missing', "the repository's password is empty", { hint: noPassword });
}
