import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { checksExitCode } from '../services/doctor/run-checks.ts';
import type { CommandContext } from './context.ts';

/** Is everything all right: one line and an exit code, for monitoring. 0 only when every check and every stack is fine. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const [reports, overview] = await Promise.all([services.doctor(), services.overview()]);
	const failed = reports
		// The overview tells of these too, and knows more of them.
		.filter(({ level, id }) => level === 'fail' && id !== 'last-backup' && id !== 'journal')
		.map((report) => `${report.title}: ${report.detail}`);
	const problems = [...failed, ...overview.problems.filter((one) => !failed.some((it) => it.endsWith(one)))];
	const code: ExitCode =
		overview.owed.length > 0
			? exitCodes.stackDown
			: problems.length === 0
				? exitCodes.ok
				: checksExitCode(reports) || exitCodes.check;
	if (context.options.json) context.output.json({ ok: code === 0, exitCode: code, problems });
	else if (problems.length === 0) context.output.line('ok');
	else
		context.output.line(
			`${problems.length === 1 ? '1 problem' : `${problems.length} problems`}: ${sanitizeLine(problems.join('; '))}`,
		);
	return code;
}
