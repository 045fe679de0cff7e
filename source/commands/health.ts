import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatCount } from '../runs/units.ts';
import { findingsOf } from '../services/doctor/run-checks.ts';
import { type Finding, healthExitCode, type Level } from '../services/health/finding.ts';
import type { CommandContext } from './context.ts';

/** Are the backups healthy: one line and an exit code, for monitoring. 0 without a problem; warnings are named. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.judgingServices();
	const findings = findingsOf(await services.doctor());
	const of = (level: Level) => findings.filter((one) => one.level === level);
	const [problems, warnings] = [of('problem'), of('warning')];
	const code = healthExitCode(findings);
	const texts = (list: readonly Finding[]) => list.map(({ text }) => text);
	if (context.options.json) {
		const told = { problems: texts(problems), warnings: texts(warnings), findings };
		context.output.json({ ok: code === exitCodes.ok, exitCode: code, ...told });
		return code;
	}
	const [shown, word] = problems.length > 0 ? [problems, 'problem'] : [warnings, 'warning'];
	const also =
		problems.length > 0 && warnings.length > 0 ? `; and ${formatCount(warnings.length, 'warning')}` : '';
	const told = `${formatCount(shown.length, word)}: ${sanitizeLine(texts(shown).join('; '))}${also}`;
	if (shown.length === 0) context.output.line('ok');
	else context.output.line(problems.length > 0 ? told : `ok, ${told}`);
	return code;
}
