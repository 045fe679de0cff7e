import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { StackCoverage } from '../services/coverage.ts';
import type { CommandContext } from './context.ts';
import { coverageDocument, showCoverage } from './coverage-text.ts';

/** `coverage [STACK...]`: mount by mount, what a backup holds and what not. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const { readWiredCoverage } = await import('../wiring-coverage.ts');
	const coverage = await readWiredCoverage({ config, env: context.env }, context.args);
	if (context.options.json) context.output.json(coverageDocument(coverage));
	else showCoverage(coverage, context.output);
	return verdict(context, coverage);
}

function verdict(context: CommandContext, coverage: readonly StackCoverage[]): ExitCode {
	const missing = coverage.reduce((sum, one) => sum + one.missing, 0);
	if (coverage.length === 0) {
		context.output.warn('no stack is enabled', 'backup-tui stacks enable STACK');
		return context.flags.boolean('strict') ? exitCodes.check : exitCodes.ok;
	}
	if (missing === 0) return exitCodes.ok;
	context.output.warn(
		missing === 1
			? '1 mount is neither captured nor excluded'
			: `${missing} mounts are neither captured nor excluded`,
		'make it readable, or leave it out on purpose: EXCLUDE_VOLUME in the [stack:NAME] section',
	);
	return context.flags.boolean('strict') ? exitCodes.check : exitCodes.ok;
}
