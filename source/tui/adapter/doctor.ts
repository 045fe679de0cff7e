import type { CheckListener, CheckReport } from '../../services/doctor/run-checks.ts';
import type { DoctorCheck, DoctorPort } from '../ports.ts';

const levels = { ok: 'ok', warn: 'warning', fail: 'bad' } as const;

function toCheck(report: CheckReport): DoctorCheck {
	return {
		id: report.id,
		level: levels[report.level],
		title: report.title,
		text: report.detail,
		...(report.fix === undefined ? {} : { fix: report.fix }),
		...(report.command === undefined ? {} : { command: report.command }),
	};
}

/** The checks with a row for each from the beginning, so that none moves another when it comes. */
export function createDoctorPort(
	doctor: (listener: CheckListener) => Promise<readonly CheckReport[]>,
	/** Reads the configuration again: what is in it by now is judged. */
	beforehand: () => Promise<void> = async () => {},
): DoctorPort {
	return {
		checks: async (onChecks) => {
			await beforehand();
			let rows: readonly DoctorCheck[] = [];
			const put = (next: readonly DoctorCheck[]) => {
				rows = next;
				onChecks(rows);
			};
			const reports = await doctor({
				planned: (checks) =>
					put(
						checks.map(
							({ id, title }): DoctorCheck => ({ id, title, level: 'waiting', text: 'looking ...' }),
						),
					),
				reported: (report) => {
					const waiting = rows.findIndex((row) => row.id === report.id && row.level === 'waiting');
					const at = waiting >= 0 ? waiting : rows.findLastIndex((row) => row.id === report.id) + 1;
					put(rows.toSpliced(at, waiting >= 0 ? 1 : 0, toCheck(report)));
				},
			});
			return reports.map(toCheck);
		},
	};
}
