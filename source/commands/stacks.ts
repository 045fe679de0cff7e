import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { StacksChange } from '../services/stacks/change-stacks.ts';
import { stacksCommandLine } from '../services/stacks/command-line.ts';
import type { StacksService } from '../services/stacks.ts';
import type { CommandContext } from './context.ts';
import { changeLines, listingDocument, showListing } from './stacks-text.ts';

/** `stacks list | enable | disable | add | remove`. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const { wireStacks } = await import('../wiring-stacks.ts');
	const stacks = wireStacks({ config, env: context.env });
	if (context.command === 'stacks list') return list(context, stacks);
	const made = await change(context, stacks);
	showChange(context, made);
	if (context.command === 'stacks add' && !context.flags.boolean('enable') && made.changed.length > 0) {
		const names = made.changed.map(({ name }) => name);
		context.output.advice(sanitizeLine(`still off; turn on with: ${stacksCommandLine('enable', names)}`));
	}
	return exitCodes.ok;
}

async function list(context: CommandContext, stacks: StacksService): Promise<ExitCode> {
	const namesOnly = context.flags.boolean('names');
	const listing = await stacks.list(!namesOnly && !context.flags.boolean('no-state'));
	const shown = context.flags.boolean('enabled')
		? { ...listing, stacks: listing.stacks.filter(({ stack }) => stack.enabled) }
		: listing;
	if (context.options.json) context.output.json(listingDocument(shown));
	else if (namesOnly) for (const { stack } of shown.stacks) context.output.line(sanitizeLine(stack.name));
	else showListing(shown, context.output);
	return exitCodes.ok;
}

function change(context: CommandContext, stacks: StacksService): Promise<StacksChange> {
	const { args: names, flags, cwd } = context;
	const { dryRun } = context.options;
	switch (context.command) {
		case 'stacks enable':
			return stacks.enable({ names, all: flags.boolean('all'), dryRun });
		case 'stacks disable':
			return stacks.disable({ names, all: flags.boolean('all'), dryRun });
		case 'stacks add':
			return stacks.add({ paths: names, cwd, enable: flags.boolean('enable'), dryRun });
		case 'stacks remove':
			return stacks.remove(names, dryRun);
		default:
			throw new TypeError(`no such command: ${context.command}`);
	}
}

function showChange(context: CommandContext, made: StacksChange): void {
	const { output } = context;
	if (context.options.json) output.json(made);
	else for (const line of changeLines(made)) output.line(line);
	for (const warning of made.warnings) output.warn(warning);
}
