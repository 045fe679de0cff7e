import type { ExitCode } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { type CheckReport, checksExitCode } from '../services/doctor/run-checks.ts';
import type { CommandContext } from './context.ts';

/** Every check with its fix. Exit code 0 only when none failed. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const reports = await services.doctor();
	const code = checksExitCode(reports);
	if (context.options.json) {
		context.output.json({ ok: code === 0, checks: reports });
		return code;
	}
	const { line, style, marks } = context.output;
	const width = Math.max(...reports.map((report) => report.title.length));
	const mark = (report: CheckReport) => {
		if (report.level === 'ok') return style('green', marks.ok);
		return report.level === 'warn' ? style('yellow', marks.warning) : style('red', marks.failed);
	};
	for (const report of reports) {
		if (context.options.quiet && report.level === 'ok') continue;
		line(`${mark(report)} ${report.title.padEnd(width)}  ${sanitizeLine(report.detail)}`);
		if (report.fix !== undefined && report.level !== 'ok') {
			line(`  ${' '.repeat(width)}  ${style('cyan', 'fix:')} ${sanitizeLine(report.fix)}`);
		}
	}
	const failed = reports.filter((report) => report.level === 'fail').length;
	const warned = reports.filter((report) => report.level === 'warn').length;
	line(`${reports.length - failed - warned} ok, ${warned} to look at, ${failed} failed`);
	return code;
}
