import type { ConfigProblem } from '../../config/loaded.ts';
import { formatProblem } from '../../config/problem.ts';
import { fixBy } from '../../services/doctor/run-checks.ts';
import type { DoctorCheck } from '../ports.ts';

const howToEdit = 'e opens the configuration in your editor.';

/**
 * What is worth a word in the configuration, as rows of Doctor.
 *
 * @param seen a file whose mode is looked at elsewhere
 */
export function toWarnings(problems: readonly ConfigProblem[], seen?: string): readonly DoctorCheck[] {
	return problems
		.filter((problem) => problem.readable === undefined || problem.readable !== seen)
		.map((problem) => ({
			id: 'config-warning',
			title: 'config',
			level: 'warning',
			text: formatProblem(problem),
			explain: [...(problem.hint === undefined ? [] : [`Hint: ${problem.hint}.`]), howToEdit].join('\n'),
			...(problem.readable === undefined ? {} : fixBy('config', 'validate', '--fix')),
		}));
}
