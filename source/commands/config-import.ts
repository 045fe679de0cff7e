import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { newConfigPath } from '../config/find-config.ts';
import { type ImportedKey, importOlder } from '../config/import-older.ts';
import { examineConfigFile, surroundings } from '../config/load.ts';
import { baseDirectory } from '../config/locations.ts';
import { formatProblem } from '../config/problem.ts';
import { readConfigFile } from '../config/read-config-file.ts';
import { writeNewFile } from '../config/write-new-file.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { CommandContext } from './context.ts';

/**
 * Takes over a configuration of the older program. The older file is only read; an existing target is never
 * replaced: the new file then lies beside it.
 */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { args, options, output, cwd } = context;
	const [given = '', target] = args;
	const source = isAbsolute(given) ? given : join(cwd, given);
	const imported = importOlder(readConfigFile(source), baseDirectory(realpathSync(source)));
	const wanted = newConfigPath(target ?? options.configPath, surroundings(context));
	const path = freeName(wanted);
	if (!options.dryRun) writeNewFile(path, imported.text);
	const dirlist = olderDirlist(source, path);
	if (options.json) {
		output.json({
			from: source,
			to: path,
			written: !options.dryRun,
			keys: imported.keys,
			dirlist: dirlist ?? null,
		});
		return exitCodes.ok;
	}
	for (const key of imported.keys) printKey(context, key);
	output.line(`${options.dryRun ? 'would write' : 'wrote'} ${path}`);
	if (path !== wanted)
		output.note(`${wanted} exists and was left as it is: compare the two, then move this one over it`);
	if (dirlist !== undefined)
		output.note(
			`the older list of stacks is ${dirlist}: copy it with \`cp ${dirlist} ${join(dirname(wanted), 'dirlist')}\``,
		);
	if (!options.dryRun) reportProblems(context, path);
	return exitCodes.ok;
}

/** The path itself, or the first free one of `PATH.imported`, `PATH.imported-2` ... */
function freeName(path: string): string {
	if (!existsSync(path)) return path;
	for (let number = 1; ; number++) {
		const name = `${path}.imported${number === 1 ? '' : `-${number}`}`;
		if (!existsSync(name)) return name;
	}
}

function printKey({ output }: CommandContext, key: ImportedKey): void {
	const colors = { taken: 'green', renamed: 'green', changed: 'yellow', dropped: 'yellow' } as const;
	const note = key.note === undefined ? '' : `: ${sanitizeLine(key.note)}`;
	const outcome = output.style(colors[key.outcome], key.outcome.padEnd(7));
	output.line(`${outcome} line ${key.line}, ${sanitizeLine(key.key)}${note}`);
}

function olderDirlist(source: string, target: string): string | undefined {
	const base = baseDirectory(realpathSync(source));
	if (base === dirname(target)) return undefined;
	return ['dirlist', '.dirlist'].map((name) => join(base, name)).find((path) => existsSync(path));
}

function reportProblems({ output, env, cwd }: CommandContext, path: string): void {
	for (const problem of examineConfigFile({ configPath: path, env, cwd }).problems) {
		output.warn(formatProblem(problem), problem.hint);
	}
}
