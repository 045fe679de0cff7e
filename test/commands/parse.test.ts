import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flagReader } from '../../source/commands/options.ts';
import { parseArguments } from '../../source/commands/parse.ts';
import { flagsOf } from '../../source/commands/scan.ts';
import { globalFlags } from '../../source/commands/spec/global-flags.ts';
import { commands } from '../../source/commands/spec/table.ts';
import { BackupTuiError } from '../../source/errors.ts';

function parse(line: string) {
	const { path, args, flags, help } = parseArguments(line === '' ? [] : line.split(' '));
	return { path: path.join(' '), args, flags: Object.fromEntries(flags), help };
}

function refusal(argv: readonly string[]): { message: string; hint: string | undefined } {
	try {
		parseArguments(argv);
	} catch (error) {
		if (error instanceof BackupTuiError && error.exitCode === 64)
			return { message: error.message, hint: error.hint };
		throw error;
	}
	throw new Error(`was accepted: ${argv.join(' ')}`);
}

describe('flags count before and after the command', () => {
	test.each([
		'--dry-run backup web',
		'backup --dry-run web',
		'backup web --dry-run',
		'-n backup web',
		'backup web -n',
	])('%s is a dry run', (line) => {
		expect(parse(line)).toMatchObject({ path: 'backup', args: ['web'], flags: { 'dry-run': [''] } });
	});

	test('values by blank or equals sign, short flags together', () => {
		expect(parse('-nvc /a.ini backup -j2 --warm=always')).toMatchObject({
			path: 'backup',
			flags: { 'dry-run': [''], verbose: [''], config: ['/a.ini'], jobs: ['2'], warm: ['always'] },
		});
		expect(parse('backup -c=/a.ini').flags).toEqual({ config: ['/a.ini'] });
	});

	test('a value that may be left out', () => {
		expect(parse('--lock-wait backup web')).toMatchObject({ args: ['web'], flags: { 'lock-wait': [''] } });
		expect(parse('backup --lock-wait=60').flags).toEqual({ 'lock-wait': ['60'] });
	});

	test('flags that may come again keep their order', () => {
		const { flags } = parseArguments(['restore', '--stack=a', '--include', 'x', '--include=y z']);
		expect(flags.get('include')).toEqual(['x', 'y z']);
	});
});

describe('names that look like flags', () => {
	test.each(['--help', '-x', '--', '--dry-run', '$(touch pwned)', ';id'])('%s after -- is a name', (name) => {
		expect(parseArguments(['backup', '--', name])).toMatchObject({
			path: ['backup'],
			args: [name],
			help: false,
		});
	});

	test('as a value they need an equals sign, so that no flag is swallowed', () => {
		expect(refusal(['restore', '--stack', '--dry-run'])).toEqual({
			message: '--stack needs a value, and --dry-run looks like a flag',
			hint: 'for a value that begins with a dash, write --stack=--dry-run',
		});
		expect(parse('restore --stack=-x').flags).toEqual({ stack: ['-x'] });
	});

	test('quotes belong to a value', () => {
		const { flags } = parseArguments(['restore', '--stack', '"x"', "--as='y'"]);
		expect([flags.get('stack'), flags.get('as')]).toEqual([['"x"'], ["'y'"]]);
	});
});

describe('what is not understood is refused before anything is done, with the nearest name', () => {
	test.each([
		['--dyr-run backup', 'unknown flag: --dyr-run', 'did you mean --dry-run?'],
		['backup --jbos=2', 'unknown flag: --jbos', 'did you mean --jobs?'],
		['status --jobs=2', '--jobs is not a flag of status', expect.anything()],
		['-x backup', 'unknown flag: -x', expect.anything()],
		['backup --dry-run=false', '--dry-run takes no value', undefined],
		['backup --jobs', '--jobs needs a value', 'write --jobs N'],
		['backup --jobs=', '--jobs needs a value that is not empty', undefined],
		['backup --jobs=0', '--jobs needs a whole number from 1 to 16, not 0', undefined],
		['backup --jobs=1e1', '--jobs needs a whole number from 1 to 16, not 1e1', undefined],
		['backup -j 2 -j 3', '--jobs is given twice', undefined],
		['backup --warm=alway', '--warm: alway is not one of auto, always, never', 'did you mean always?'],
		['versoin', 'unknown command: versoin', 'did you mean version?'],
		['config vaildate', 'unknown command of config: vaildate', 'did you mean config validate?'],
		['completion', 'completion needs SHELL: `bash`, `zsh` or `fish`', 'backup-tui help completion'],
		['completion bsh', 'completion: bsh is not one of bash, zsh, fish', 'did you mean bash?'],
		['version now', 'version takes no further argument: now', 'backup-tui help version'],
	])('%s', (line, message, hint) => {
		expect(refusal(line.split(' '))).toEqual({ message, hint });
	});

	test('an empty argument is not a name', () => {
		expect(refusal(['backup', '']).message).toContain('empty');
	});
});

test('older spellings still lead somewhere, and say so', () => {
	const cases: readonly (readonly [string, string, readonly string[]])[] = [
		['--list-backups', 'list-backups', []],
		['-v --validate-config', 'validate', []],
		['--generate-config', 'generate-config', []],
		['--health-check', 'health', []],
		['--restore-preview web', 'snapshots ls', ['web']],
		['--restore-preview=web', 'snapshots ls', ['web']],
		['manage-dirlist --prune', 'stacks list', []],
		['--dry-run --config /x --list-backups', 'list-backups', []],
	];
	for (const [line, path, args] of cases) {
		const parsed = parseArguments(line.split(' '));
		expect({ line, path: parsed.path.join(' '), args: parsed.args }).toEqual({ line, path, args });
		expect(parsed.notices.length, line).toBeGreaterThan(0);
	}
	expect(parseArguments(['backup', '--', '--list-backups'])).toMatchObject({
		args: ['--list-backups'],
		notices: [],
	});
});

test('without a command, and help', () => {
	expect(parse('')).toEqual({ path: '', args: [], flags: {}, help: false });
	expect(parse('--help')).toMatchObject({ path: '', help: true });
	expect(parse('stacks -h')).toMatchObject({ path: 'stacks', help: true });
	expect(parse('stacks list -h')).toMatchObject({ path: 'stacks list', help: true });
	expect(parse('config import --help')).toMatchObject({ path: 'config import', help: true });
});

test('any words are either refused as usage or understood, and what follows -- is never a flag', () => {
	const word = fc.oneof(
		fc.constantFrom(
			'backup',
			'stacks',
			'list',
			'config',
			'--json',
			'-n',
			'--',
			'-',
			'--jobs',
			'--lock-wait',
			'=',
		),
		fc.string({ unit: 'binary', maxLength: 12 }),
	);
	fc.assert(
		fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
			try {
				const { args } = parseArguments(argv);
				const end = argv.indexOf('--');
				if (end !== -1 && argv[0] === 'backup')
					expect(args.slice(-(argv.length - end - 1) || args.length)).toEqual(argv.slice(end + 1));
			} catch (error) {
				if (!(error instanceof BackupTuiError)) throw error;
				expect(error.exitCode).toBe(64);
			}
		}),
		{ numRuns: 500 },
	);
}, 60_000);

test('where a flag stands among the words changes nothing', () => {
	const restore = commands.find((command) => command.name === 'restore');
	const flags = [...globalFlags, ...flagsOf(restore ?? (commands[0] as never))]
		.filter((flag) => flag.type === 'boolean' && flag.name !== 'help')
		.map((flag) => `--${flag.name}`);
	fc.assert(
		fc.property(fc.uniqueArray(fc.constantFrom(...flags)), fc.nat(2), (given, position) => {
			const words = ['restore', '/target'];
			words.splice(position, 0, ...given);
			const parsed = parseArguments(words);
			expect(parsed.args).toEqual(['/target']);
			expect([...parsed.flags.keys()].map((name) => `--${name}`).sort()).toEqual([...given].sort());
		}),
	);
});

test('a command that reads a flag its table does not have fails at once', () => {
	const reader = flagReader(new Map([['jobs', ['3']]]), [{ name: 'jobs', type: 'integer', summary: '' }]);
	expect(reader.integer('jobs')).toBe(3);
	expect(() => reader.boolean('job')).toThrow(TypeError);
});
