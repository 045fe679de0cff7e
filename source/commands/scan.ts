import { parseArgs } from 'node:util';
import meow from 'meow';
import { BackupTuiError } from '../errors.ts';
import type { CommandDefinition, FlagDefinition } from './spec/definition.ts';
import { globalFlags } from './spec/global-flags.ts';
import { commands } from './spec/table.ts';

/** A flag as given. */
export interface ScannedFlag {
	/** As typed, e.g. `-n` or `--dry-run`. */
	readonly raw: string;
	/** Undefined when no command has such a flag. */
	readonly definition: FlagDefinition | undefined;
	readonly value: string | undefined;
}

export interface Scanned {
	readonly flags: readonly ScannedFlag[];
	readonly positionals: readonly string[];
}

/** All flag definitions of a command and its subcommands. */
export function flagsOf(command: CommandDefinition): readonly FlagDefinition[] {
	return [...(command.flags ?? []), ...(command.subcommands ?? []).flatMap(flagsOf)];
}

/**
 * Every flag of the program by its long name. Flags may stand before the command, when it is not known yet
 * whose they are, so a name takes a value everywhere or nowhere (a test holds this).
 */
export function allFlags(): ReadonlyMap<string, FlagDefinition> {
	const known = new Map<string, FlagDefinition>();
	for (const flag of [...globalFlags, ...commands.flatMap(flagsOf)]) known.set(flag.name, flag);
	return known;
}

/** Whether a flag takes the next word as its value. */
const takesWord = (flag: FlagDefinition) => flag.type !== 'boolean' && flag.optionalValue !== true;

/**
 * Splits argv into flags and positionals, wherever they stand; after `--` all is positional. meow parses, flat: its
 * `commands` option would stop at the command's name and leave the flags after it unread. It accepts what it does not know
 * and takes quotes off values, so flags are read from Node's tokens: what is wrong ends here.
 *
 * @throws `usage` for a value that is missing or not wanted
 */
export function scan(argv: readonly string[]): Scanned {
	const known = allFlags();
	const tokens = tokensOf(argv, known);
	const flags = tokens.map((token): ScannedFlag => {
		const definition = known.get(token.name);
		const value = checkValue(token.rawName, definition, token.value, token.inlineValue === true);
		return { raw: token.rawName, definition, value };
	});
	const given = new Set(tokens.map(({ name }) => name));
	return {
		flags,
		positionals: parseWithMeow(
			argv,
			[...known.values()].filter(({ name }) => given.has(name)),
		),
	};
}

/**
 * @param given flags that occur in argv: declaring all of them takes meow as long as the rest of a start
 * @returns the words that belong to no flag
 */
function parseWithMeow(argv: readonly string[], given: readonly FlagDefinition[]): readonly string[] {
	const declared = given.map((flag) => {
		const short = flag.short === undefined ? {} : { shortFlag: flag.short };
		const type = takesWord(flag)
			? ({ type: 'string', isMultiple: true } as const)
			: ({ type: 'boolean' } as const);
		return [camelCase(flag.name), { ...type, ...short }] as const;
	});
	const { input } = meow({
		importMeta: import.meta,
		argv: [...argv],
		pkg: {},
		description: false,
		autoHelp: false,
		autoVersion: false,
		allowUnknownFlags: true,
		flags: Object.fromEntries(declared),
	});
	return input.map(String);
}

const camelCase = (name: string) => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function tokensOf(argv: readonly string[], known: ReadonlyMap<string, FlagDefinition>) {
	const options: Record<string, { type: 'string' | 'boolean'; short?: string; multiple: true }> = {};
	for (const flag of known.values()) {
		const short = flag.short === undefined ? {} : { short: flag.short };
		options[flag.name] = { type: takesWord(flag) ? 'string' : 'boolean', multiple: true, ...short };
	}
	const { tokens } = parseArgs({
		args: [...argv],
		options,
		strict: false,
		allowPositionals: true,
		tokens: true,
	});
	return tokens.filter((token) => token.kind === 'option');
}

function checkValue(
	raw: string,
	definition: FlagDefinition | undefined,
	value: string | undefined,
	inline: boolean,
): string | undefined {
	if (definition === undefined) return value;
	if (definition.type === 'boolean') {
		if (value !== undefined) throw usage(`${raw} takes no value`);
		return undefined;
	}
	if (value === undefined) {
		if (definition.optionalValue === true) return '';
		throw usage(`${raw} needs a value`, `write ${raw} ${definition.value ?? 'VALUE'}`);
	}
	if (!inline && value.startsWith('-') && value.length > 1) {
		throw usage(
			`${raw} needs a value, and ${value} looks like a flag`,
			`for a value that begins with a dash, write --${definition.name}=${value}`,
		);
	}
	const text = inline && !raw.startsWith('--') && value.startsWith('=') ? value.slice(1) : value;
	if (text === '') throw usage(`${raw} needs a value that is not empty`);
	return text;
}

function usage(message: string, hint?: string): BackupTuiError {
	return new BackupTuiError('usage', message, hint === undefined ? {} : { hint });
}
