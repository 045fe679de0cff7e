import { type Finding, type Level, troubles } from '../../services/health/finding.ts';
import { verdict as verdictOf } from '../../services/health/judge.ts';
import type { ScreenName, UiState } from '../store/state.ts';

/** Something that needs a person, and what leads to it. Only drawn here: what is wrong is judged in services/health. */
export interface Attention {
	readonly level: 'bad' | 'warning';
	readonly text: string;
	readonly key: string;
	readonly does: string;
	readonly go: ScreenName;
	/** The run it is about: that one is shown there. */
	readonly run?: string;
}

/** @returns the tone of a level, as marks and colours have it */
export const toneOfLevel = (level: Level) => (level === 'problem' ? 'bad' : level);

/** The key that helps, by what was judged. */
function wayTo(finding: Finding): Pick<Attention, 'key' | 'does' | 'go'> {
	const { id, state, run } = finding;
	if (id === 'stacks') return { key: '2', does: 'Stacks', go: 'stacks' };
	if (id === 'backup' && (state === 'never' || state === 'overdue'))
		return { key: 'B', does: 'back up', go: 'stacks' };
	if (id === 'sync') return { key: '5', does: 'Cloud', go: 'cloud' };
	if ((id === 'backup' || id === 'backup-run' || id === 'runs') && run !== undefined)
		return { key: '3', does: 'details', go: 'run' };
	return { key: '7', does: 'Doctor', go: 'doctor' };
}

/** @returns what needs attention, worst first */
export function attention(state: UiState): readonly Attention[] {
	const { value, trouble } = state.data.overview;
	const found = troubles(value?.findings ?? []).map((finding): Attention => {
		const way = wayTo(finding);
		const { run } = finding;
		return {
			level: finding.level === 'problem' ? 'bad' : 'warning',
			text: finding.text,
			...way,
			...(run !== undefined && way.go === 'run' ? { run } : {}),
		};
	});
	if (trouble === undefined) return found;
	const text = `health cannot be judged: ${trouble.message}`;
	return [{ level: 'bad', text, key: '7', does: 'Doctor', go: 'doctor' }, ...found];
}

/** @returns the verdict in one line: `all right`, `1 PROBLEM, 2 warnings` */
export function verdict(state: UiState): {
	readonly text: string;
	readonly tone: 'ok' | 'warning' | 'bad' | 'plain';
} {
	const { value, trouble } = state.data.overview;
	if (value === undefined)
		return trouble === undefined
			? { text: 'looking ...', tone: 'plain' }
			: { text: 'not known', tone: 'bad' };
	const { text, level } = verdictOf(value.findings);
	return { text, tone: toneOfLevel(level) };
}
