import type { ExitCode } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatCount } from '../runs/units.ts';
import { type CheckReport, checksExitCode, findingsOf } from '../services/doctor/run-checks.ts';
import type { CommandContext } from './context.ts';
import { hintText } from './hint.ts';

/** Every check with its fix. Exit code 0 only when none failed. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.judgingServices();
	const reports = await services.doctor();
	const code = checksExitCode(reports);
	if (context.options.json) {
		const checks = reports.map(({ finding: _finding, ...report }) => report);
		context.output.json({ ok: code === 0, checks, findings: findingsOf(reports) });
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
			line(
				`  ${' '.repeat(width)}  ${style('cyan', 'fix:')} ${sanitizeLine(hintText(report.fix, context.options.configPath))}`,
			);
		}
	}
	const failed = reports.filter((report) => report.level === 'fail').length;
	const warned = reports.filter((report) => report.level === 'warn').length;
	line(
		`${reports.length - failed - warned} ok, ${formatCount(warned, 'warning')}, ${formatCount(failed, 'problem')}`,
	);
	return code;
}
