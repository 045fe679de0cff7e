import type { CheckReport } from '../../services/doctor/run-checks.ts';
import type { DoctorCheck, DoctorPort } from '../ports.ts';

const levels = { ok: 'ok', warn: 'warning', fail: 'bad' } as const;

function toCheck(report: CheckReport): DoctorCheck {
	return {
		id: report.id,
		level: levels[report.level],
		title: report.title,
		text: report.detail,
		...(report.fix === undefined ? {} : { fix: report.fix }),
	};
}

export function createDoctorPort(doctor: () => Promise<readonly CheckReport[]>): DoctorPort {
	return {
		checks: async (onCheck) => {
			const checks = (await doctor()).map(toCheck);
			for (const check of checks) onCheck(check);
			return checks;
		},
	};
}
