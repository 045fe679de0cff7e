import { BackupTuiError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { rewriteLegacy } from './legacy.ts';
import { type ScannedFlag, scan } from './scan.ts';
import {
	type ArgumentDefinition,
	type CommandDefinition,
	type FlagDefinition,
	isBuilt,
} from './spec/definition.ts';
import { globalFlags } from './spec/global-flags.ts';
import { commands, findCommand } from './spec/table.ts';

/** The command line, understood and checked; nothing has been done yet. */
export interface ParsedArguments {
	/** Undefined without a command: the UI, or the short help. */
	readonly definition: CommandDefinition | undefined;
	/** Words of the command, e.g. `['stacks', 'enable']`. */
	readonly path: readonly string[];
	readonly args: readonly string[];
	/** Values by flag name, in order; a boolean flag has one empty text. */
	readonly flags: ReadonlyMap<string, readonly string[]>;
	readonly help: boolean;
	/** About older spellings, for standard error. */
	readonly notices: readonly string[];
}

/**
 * Understands the whole command line, or refuses it: unknown commands, flags and values, missing and
 * superfluous arguments all end here, before anything is read or done.
 *
 * @throws `usage`, with the nearest known name as hint
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
	const legacy = rewriteLegacy(argv);
	const scanned = scan(legacy.argv);
	const { definition, path, named, args } = resolveCommand(scanned.positionals);
	const allowed = [...globalFlags, ...(definition?.flags ?? [])];
	const flags = new Map<string, string[]>();
	for (const flag of scanned.flags) addFlag(flags, flag, allowed, path);
	const help = flags.has('help');
	if (definition !== undefined && !help) checkArguments(definition, path, args);
	// `stacks --help` is about stacks, not about the subcommand that runs by default.
	return { definition, path: help ? named : path, args, flags, help, notices: legacy.notices };
}

interface ResolvedCommand {
	readonly definition: CommandDefinition | undefined;
	readonly path: readonly string[];
	/** The part of `path` that was written. */
	readonly named: readonly string[];
	readonly args: readonly string[];
}

function resolveCommand(positionals: readonly string[]): ResolvedCommand {
	const [name, ...rest] = positionals;
	if (name === undefined) return { definition: undefined, path: [], named: [], args: [] };
	const command = findCommand(name);
	if (command === undefined) throw unknownCommand(name, commands, []);
	const parent = [command.name];
	if (command.subcommands === undefined)
		return { definition: command, path: parent, named: parent, args: rest };
	const [word, ...args] = rest;
	const chosen = word ?? command.defaultSubcommand;
	if (chosen === undefined) return { definition: command, path: parent, named: parent, args: [] };
	const subcommand = findCommand(chosen, command.subcommands);
	if (subcommand === undefined) throw unknownCommand(chosen, command.subcommands, parent);
	const path = [command.name, subcommand.name];
	return { definition: subcommand, path, named: word === undefined ? parent : path, args };
}

function unknownCommand(
	name: string,
	among: readonly CommandDefinition[],
	parent: readonly string[],
): BackupTuiError {
	const names = among.filter(isBuilt).flatMap((command) => [command.name, ...(command.aliases ?? [])]);
	const meant = nearest(name, names);
	const where = parent.length === 0 ? '' : ` of ${parent.join(' ')}`;
	const hint =
		meant === undefined
			? `list them: ${['backup-tui', 'help', ...parent].join(' ')}`
			: `did you mean ${[...parent, meant].join(' ')}?`;
	return new BackupTuiError('usage', `unknown command${where}: ${name}`, { hint });
}

function addFlag(
	flags: Map<string, string[]>,
	flag: ScannedFlag,
	allowed: readonly FlagDefinition[],
	path: readonly string[],
): void {
	const definition = allowed.find((candidate) => candidate.name === flag.definition?.name);
	if (definition === undefined) throw unknownFlag(flag, allowed, path);
	const value = flag.value ?? '';
	const earlier = flags.get(definition.name);
	if (earlier === undefined) {
		checkFlagValue(definition, value);
		flags.set(definition.name, [value]);
	} else if (definition.multiple === true) {
		checkFlagValue(definition, value);
		earlier.push(value);
	} else if (definition.type !== 'boolean') {
		throw new BackupTuiError('usage', `--${definition.name} is given twice`);
	}
}

function unknownFlag(
	flag: ScannedFlag,
	allowed: readonly FlagDefinition[],
	path: readonly string[],
): BackupTuiError {
	const shown = allowed.filter((candidate) => candidate.hidden !== true);
	const meant = flag.raw.startsWith('--')
		? nearest(
				flag.raw.slice(2),
				shown.map((candidate) => candidate.name),
			)
		: undefined;
	const message =
		flag.definition === undefined
			? `unknown flag: ${flag.raw}`
			: `${flag.raw} is not a flag of ${path.length === 0 ? 'the program itself' : path.join(' ')}`;
	const help = ['backup-tui', 'help', ...path].join(' ');
	return new BackupTuiError('usage', message, {
		hint:
			meant === undefined
				? `its flags: ${help}; names that begin with a dash go after --`
				: `did you mean --${meant}?`,
	});
}

function checkFlagValue(definition: FlagDefinition, value: string): void {
	const name = `--${definition.name}`;
	if (definition.type === 'boolean' || (definition.optionalValue === true && value === '')) return;
	if (definition.values !== undefined && !definition.values.includes(value)) {
		throw badValue(name, value, definition.values);
	}
	if (definition.type !== 'integer') return;
	const { min = 0, max = Number.MAX_SAFE_INTEGER } = definition;
	const number = Number(value);
	if (!/^\d{1,15}$/.test(value) || number < min || number > max) {
		throw new BackupTuiError('usage', `${name} needs a whole number from ${min} to ${max}, not ${value}`);
	}
}

function badValue(name: string, value: string, values: readonly string[]): BackupTuiError {
	const meant = nearest(value, values);
	return new BackupTuiError('usage', `${name}: ${value} is not one of ${values.join(', ')}`, {
		...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
	});
}

function checkArguments(
	definition: CommandDefinition,
	path: readonly string[],
	args: readonly string[],
): void {
	const expected = definition.arguments ?? [];
	const name = path.join(' ');
	const hint = ['backup-tui', 'help', ...path].join(' ');
	const missing = expected.find((argument, index) => argument.required === true && args[index] === undefined);
	if (missing !== undefined) {
		throw new BackupTuiError('usage', `${name} needs ${missing.name}: ${missing.summary}`, { hint });
	}
	const takesRest = expected.at(-1)?.variadic === true;
	const extra = takesRest ? undefined : args[expected.length];
	if (extra !== undefined) {
		throw new BackupTuiError('usage', `${name} takes no further argument: ${extra}`, { hint });
	}
	for (const [index, value] of args.entries()) {
		const argument: ArgumentDefinition | undefined = expected[Math.min(index, expected.length - 1)];
		if (value === '') throw new BackupTuiError('usage', `${name}: an argument is empty`, { hint });
		if (argument?.values !== undefined && !argument.values.includes(value)) {
			throw badValue(name, value, argument.values);
		}
	}
}
