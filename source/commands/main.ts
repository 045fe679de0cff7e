import { BackupTuiError, toBackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { keepSmall } from '../process/keep-small.ts';
import { reportStart } from '../runs/start-report.ts';
import { version } from '../version.ts';
import type { CommandContext } from './context.ts';
import { createContext } from './create-context.ts';
import { handlers } from './handlers.ts';
import { givenConfig } from './hint.ts';
import { type ParsedArguments, parseArguments } from './parse.ts';
import { renderError } from './render-error.ts';
import { type ProcessIo, processIo } from './sinks.ts';

/**
 * Runs the program for these arguments and ends the process with the right code.
 *
 * @param argv the arguments after the program's name
 */
export async function main(argv: readonly string[]): Promise<void> {
	const io = processIo();
	const rendering = {
		configPath: givenConfig(beforeTerminator(argv)),
		json: beforeTerminator(argv).includes('--json'),
		verbose: beforeTerminator(argv).some((word) => word === '-v' || word === '--verbose'),
		color: !beforeTerminator(argv).includes('--no-color') && (process.env.NO_COLOR ?? '') === '',
	};
	process.on('uncaughtException', (error) => {
		process.exit(renderError(error, io, rendering));
	});
	let code: ExitCode;
	try {
		code = await dispatch(argv, io);
	} catch (error) {
		code = renderError(error, io, rendering);
		const { code: name, message, hint, exitCode } = toBackupTuiError(error);
		const why = { code: name, message, exitCode, ...(hint === undefined ? {} : { hint }) };
		reportStart(process.env, { v: 1, type: 'refused', ...why });
	}
	await io.flush();
	const failure = io.stdoutFailure();
	if (failure !== undefined && code === exitCodes.ok) {
		code = renderError(failure, io, { ...rendering, json: false });
	}
	process.exit(code);
}

async function dispatch(argv: readonly string[], io: ProcessIo): Promise<ExitCode> {
	// Answered whatever else is there; the executable does the same before anything is loaded.
	if (beforeTerminator(argv).includes('--version')) {
		io.stdout.write(`backup-tui ${version}\n`);
		return exitCodes.ok;
	}
	const parsed = parseArguments(argv);
	const context = createContext({ parsed, argv, io, env: process.env, cwd: process.cwd() });
	for (const notice of parsed.notices) context.output.note(`note: ${notice}`);
	if (parsed.help) {
		const { printHelp } = await import('./help.ts');
		return printHelp(context, parsed.path);
	}
	if (parsed.definition === undefined) return startUi(context);
	return runCommand(parsed, context);
}

/** Keeps a command small once its code is there: under other flags Node's own modules are compiled anew. */
async function runCommand(parsed: ParsedArguments, context: CommandContext): Promise<ExitCode> {
	const load = handlers[context.command];
	if (load === undefined) {
		if (parsed.definition?.subcommands === undefined) {
			throw new BackupTuiError('usage', `${context.command} is not built yet`, {
				hint: 'see what is: backup-tui help',
			});
		}
		throw new BackupTuiError('usage', `${context.command} needs a subcommand`, {
			hint: `backup-tui help ${context.command}`,
		});
	}
	const module = await load();
	keepSmall();
	return module.run(context);
}

async function startUi(context: CommandContext): Promise<ExitCode> {
	if (context.io.stdout.isTTY && context.options.interactive) {
		const ui = await import('../start-ui.ts');
		return ui.startUi(context);
	}
	const { shortHelp } = await import('./help-text.ts');
	context.io.stderr.write(shortHelp(context.version));
	return exitCodes.usage;
}

function beforeTerminator(argv: readonly string[]): readonly string[] {
	const end = argv.indexOf('--');
	return end === -1 ? argv : argv.slice(0, end);
}
