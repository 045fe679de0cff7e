import { encodeIniValue } from '../config/ini-value.ts';
import type { Origin, OriginEntry } from '../config/loaded.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { CommandContext } from './context.ts';

/** Prints every effective value, secrets masked, as an INI file; with `--origin` where each comes from. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { output, options, flags } = context;
	const { config, origins } = await context.loadConfig();
	const file = config.paths.configFile;
	if (options.json) {
		output.json({ file, values: origins });
		return exitCodes.ok;
	}
	output.line(output.style('dim', `# ${sanitizeLine(file)}`));
	let section: string | undefined;
	for (const entry of origins) {
		if (entry.section !== section) {
			section = entry.section;
			output.line();
			output.line(output.style('bold', `[${sanitizeLine(section)}]`));
		}
		const line = `${entry.key}=${sanitizeLine(encodeIniValue(entry.value))}`;
		output.line(
			flags.boolean('origin') ? `${line.padEnd(48)} ${output.style('dim', `# ${originText(entry)}`)}` : line,
		);
	}
	return exitCodes.ok;
}

function originText({ origin }: OriginEntry): string {
	const words: Readonly<Record<Origin['kind'], string>> = {
		flag: 'flag',
		environment: `environment, ${origin.detail}`,
		file: `file, ${origin.detail}`,
		default: 'default',
	};
	return words[origin.kind];
}
