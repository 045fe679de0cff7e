import type { CommandIo, FlagReader, GlobalOptions } from './context.ts';
import type { FlagDefinition } from './spec/definition.ts';
import { globalFlags } from './spec/global-flags.ts';

type Values = ReadonlyMap<string, readonly string[]>;
type Environment = Readonly<Record<string, string | undefined>>;

/** The global flags as typed values, with what the terminal and the environment say about them. */
export function globalOptions(flags: Values, io: CommandIo, env: Environment): GlobalOptions {
	const read = flagReader(flags, globalFlags);
	const lockWait = read.string('lock-wait');
	return {
		configPath: read.string('config'),
		dryRun: read.boolean('dry-run'),
		verbose: read.boolean('verbose'),
		quiet: read.boolean('quiet'),
		json: read.boolean('json'),
		yes: read.boolean('yes'),
		confirm: read.string('confirm'),
		get interactive() {
			return !read.boolean('no-input') && io.stdin.isTTY === true;
		},
		color: !read.boolean('no-color') && !isSet(env.NO_COLOR) && env.TERM !== 'dumb',
		wide: read.boolean('wide'),
		ascii: read.boolean('ascii') || !isUtf8(env),
		screenReader: read.boolean('screen-reader'),
		lockWaitSeconds:
			lockWait === undefined ? 0 : lockWait === '' ? Number.POSITIVE_INFINITY : Number(lockWait),
	};
}

/** @returns a reader for the flags of `definitions`; other names throw, so that a typo in a command is seen at once */
export function flagReader(flags: Values, definitions: readonly FlagDefinition[]): FlagReader {
	const values = (name: string): readonly string[] => {
		if (!definitions.some((definition) => definition.name === name)) {
			throw new TypeError(`no flag --${name} in the table of this command`);
		}
		return flags.get(name) ?? [];
	};
	return {
		boolean: (name) => values(name).length > 0,
		string: (name) => values(name)[0],
		integer: (name) => {
			const text = values(name)[0];
			return text === undefined || text === '' ? undefined : Number(text);
		},
		list: (name) => values(name),
		has: (name) => values(name).length > 0,
	};
}

function isSet(value: string | undefined): boolean {
	return value !== undefined && value !== '';
}

// LC_ALL, LC_CTYPE, LANG in this order, as setlocale(3) reads them. Nothing set is the C locale, but cron and
// systemd set nothing, and their logs are UTF-8.
function isUtf8(env: Environment): boolean {
	const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
	return locale === undefined || /utf-?8/i.test(locale);
}
