import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { newConfigPath } from '../config/find-config.ts';
import { surroundings } from '../config/load.ts';
import { configTemplate } from '../config/template.ts';
import { writeNewFile } from '../config/write-new-file.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

/** Writes the documented configuration file where it will be found, or where it is told to. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { args, options, io } = context;
	const [given] = args;
	if (given === '-') {
		io.stdout.write(configTemplate());
		return exitCodes.ok;
	}
	const around = surroundings(context);
	return writeTemplate(context, newConfigPath(given ?? options.configPath, around));
}

/**
 * Writes the template to a path and says so. An existing file is only replaced after a yes, and kept under
 * another name.
 */
export async function writeTemplate(context: CommandContext, wanted: string): Promise<ExitCode> {
	const { output, options, cwd } = context;
	const absolute = isAbsolute(wanted) ? wanted : join(cwd, wanted);
	// A link is written through: what lies at its end is the file.
	const path = existsSync(absolute) ? realpathSync(absolute) : absolute;
	const kept = existsSync(path) ? keptName(path) : undefined;
	const done = { path, ...(kept === undefined ? {} : { kept }) };
	if (kept !== undefined) {
		const text = `${path} exists. Replace it, and keep the old one as ${kept}?`;
		if (!(await context.confirm({ text }))) {
			output.note('nothing was changed');
			return exitCodes.usage;
		}
	}
	if (!options.dryRun) writeNewFile(path, configTemplate(), kept);
	if (options.json) output.json({ ...done, written: !options.dryRun });
	else output.line(options.dryRun ? `would write ${path}` : path);
	if (kept !== undefined) output.note(`${options.dryRun ? 'would keep' : 'kept'} the old one as ${kept}`);
	if (!options.dryRun) output.note(`edit it, then: backup-tui validate --config ${path}`);
	return exitCodes.ok;
}

/** A name beside the file that is not taken, with the time in UTC. */
function keptName(path: string): string {
	const time = new Date()
		.toISOString()
		.replaceAll(/[-:]|\.\d+Z/g, '')
		.replace('T', '-');
	for (let number = 1; ; number++) {
		const name = `${path}.${time}${number === 1 ? '' : `-${number}`}.bak`;
		if (!existsSync(name)) return name;
	}
}
