import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { quoteArgv } from '../runs/describe.ts';
import type { CommandContext } from './context.ts';

/** A passphrase that guards a password on paper or a stick for years. */
const shortestPassphrase = 12;

function usage(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('usage', message, { hint });
}

/** Throws `usage` for a file that cannot be read. */
function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw new BackupTuiError('usage', code === 'ENOENT' ? `there is no file ${path}` : message);
	}
}

async function passphraseOf(context: CommandContext, twice: boolean): Promise<string> {
	const file = context.flags.string('passphrase-file');
	const { askHidden } = await import('./ask-hidden.ts');
	const text =
		file === undefined
			? await askHidden('Passphrase of the kit: ', context.io)
			: readText(resolve(context.cwd, file)).replace(/\r?\n$/, '');
	if (!twice) return text;
	if ([...text].length < shortestPassphrase) {
		throw usage(
			`the passphrase has fewer than ${shortestPassphrase} characters`,
			'take five or six random words',
		);
	}
	if (file === undefined && (await askHidden('Once more: ', context.io)) !== text)
		throw usage('the two passphrases differ', 'try again; nothing was written');
	return text;
}

async function make(context: CommandContext): Promise<ExitCode> {
	const { args, cwd, output, options } = context;
	const [given] = args;
	if (given === undefined)
		throw usage('where to?', 'backup-tui recovery-kit PATH, e.g. on a stick: /mnt/stick/kit.txt');
	const path = resolve(cwd, given);
	if (given !== '-' && existsSync(path)) throw usage(`${path} is there already`, 'name a new file');
	if (given !== '-' && !existsSync(dirname(path)))
		throw usage(`there is no directory ${dirname(path)}`, 'make it, or mount the disk it lies on');
	const services = await context.services();
	const { kit, notes } = await services.collectKit();
	const shown = { path: given === '-' ? '-' : path, files: kit.files.map((file) => file.path), notes };
	if (!options.json)
		for (const file of kit.files) output.note(`  ${sanitizeLine(file.what)}: ${sanitizeLine(file.path)}`);
	for (const note of notes) output.warn(sanitizeLine(note));
	if (options.dryRun) {
		if (options.json) output.json(shown);
		else output.line(`would write ${sanitizeLine(path)} with ${kit.files.length} files and the password`);
		return 0;
	}
	const { seal } = await import('../services/recovery-kit/seal.ts');
	const sealed = await seal(JSON.stringify(kit), await passphraseOf(context, true));
	const text = `${introduction(kit.createdAt, kit.host)}${sealed}`;
	if (given === '-') {
		context.io.stdout.write(text);
		return 0;
	}
	writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
	if (options.json) {
		output.json(shown);
		return 0;
	}
	output.line(
		`${output.style('green', output.marks.ok)} ${sanitizeLine(path)}: everything a bare machine needs, encrypted`,
	);
	output.line(
		'  Keep it where a fire in this room does not reach: a stick or a print elsewhere, a password manager.',
	);
	output.line('  NOT only on this machine, NOT only on the remote it opens, and NOT beside its passphrase.');
	output.line('  Make a new one after every change of the configuration, the password or the remotes.');
	output.line(`  To open it: backup-tui recovery-kit --open ${sanitizeLine(path)}`);
	return 0;
}

function introduction(createdAt: string, host: string): string {
	return [
		`Recovery kit of ${host}, ${createdAt.slice(0, 10)}.`,
		'Open it with its passphrase on a machine with backup-tui:',
		'    backup-tui recovery-kit --open THIS-FILE',
		'    backup-tui restore --all --from-remote',
		'Without the program: the format is scrypt and AES-256-GCM, see docs/recovery-kit.md.',
		'',
		'',
	].join('\n');
}

async function open(context: CommandContext, file: string): Promise<ExitCode> {
	const { flags, cwd, output, options } = context;
	const [{ sealedBytes, unseal }, { parseKit }, { placesOf, unpackKit }] = await Promise.all([
		import('../services/recovery-kit/seal.ts'),
		import('../services/recovery-kit/contents.ts'),
		import('../services/recovery-kit/unpack.ts'),
	]);
	const sealed = readText(resolve(cwd, file));
	// Nobody is asked for the passphrase of what is no kit.
	sealedBytes(sealed);
	const kit = parseKit(await unseal(sealed, await passphraseOf(context, false)));
	const to = flags.string('to');
	const directory = to === undefined ? undefined : resolve(cwd, to);
	output.note(
		`recovery kit of ${sanitizeLine(kit.host)}, made ${sanitizeLine(kit.createdAt)} by ${sanitizeLine(kit.program)}`,
	);
	output.note(`repository ${sanitizeLine(kit.repository.location)}, id ${kit.repository.id.slice(0, 10)}`);
	for (const remote of kit.remotes)
		output.note(`remote ${sanitizeLine(remote.name)}: ${sanitizeLine(remote.place)}`);
	for (const place of placesOf(kit, directory))
		output.note(`  ${sanitizeLine(place.what)} -> ${sanitizeLine(place.path)}`);
	if (options.dryRun) return 0;
	if (!(await context.confirm({ text: 'Write these files? Nothing that is there is overwritten.' })))
		return 0;
	const unpacked = unpackKit(kit, directory);
	if (options.json) {
		output.json({
			host: kit.host,
			repository: kit.repository.location,
			id: kit.repository.id,
			files: unpacked,
		});
		return 0;
	}
	const words = {
		written: 'written',
		same: 'there already',
		beside: 'something else is there, written beside',
	};
	for (const one of unpacked)
		output.line(
			`${output.style('green', output.marks.ok)} ${sanitizeLine(one.path)}: ${sanitizeLine(one.what)}, ${words[one.state]}`,
		);
	const config = unpacked[0]?.path ?? '';
	// With several remotes it must be said which one.
	const [first, other] = kit.remotes;
	const which = first === undefined || other === undefined ? [] : ['--remote', first.name];
	const next = ['backup-tui', '--config', config, 'restore', '--all', '--from-remote', ...which];
	output.line(`next: ${sanitizeLine(quoteArgv(next))}`);
	return 0;
}

/** Writes one encrypted file with what a bare machine needs, or opens one. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const file = context.flags.string('open');
	if (file === undefined) {
		if (context.flags.has('to')) throw usage('--to needs --open', 'leave it out');
		return make(context);
	}
	if (context.args.length > 0) throw usage('--open FILE takes no PATH', 'where the files go: --to DIR');
	return open(context, file);
}
