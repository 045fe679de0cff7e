import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newConfigPath } from '../config/find-config.ts';
import { surroundings } from '../config/load.ts';
import { baseDirectory, configSearch } from '../config/locations.ts';
import type { ExitCode } from '../exit-codes.ts';
import { writeTemplate } from './config-generate.ts';
import type { CommandContext } from './context.ts';

/**
 * The older name of `config generate`: writes `config/config.ini.template` in the base directory, that is above
 * `config/`. Where the program has no such directory, the template goes beside the usual configuration.
 */
export async function run(context: CommandContext): Promise<ExitCode> {
	const [given] = context.args;
	return writeTemplate(context, given ?? templatePath(context));
}

function templatePath(context: CommandContext): string {
	const around = surroundings(context);
	const search = configSearch(context.options.configPath, around);
	if ('explicit' in search) return join(baseDirectory(search.explicit), 'config', 'config.ini.template');
	const base = dirname(dirname(around.executable));
	// An installed program lies in /usr/bin or the like, and its base is not ours to write to.
	if (existsSync(join(base, 'config'))) return join(base, 'config', 'config.ini.template');
	return `${newConfigPath(undefined, around)}.template`;
}
