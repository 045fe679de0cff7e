import type { ActionName } from '../keys/table.ts';
import type { ScreenName, UiState } from '../store/state.ts';
import { lastBackup, shortRunId } from './runs.ts';
import { stackRows } from './stacks.ts';

/** Something that needs a person, and what Enter on it does. */
export interface Attention {
	readonly level: 'bad' | 'warning';
	readonly text: string;
	readonly key: string;
	readonly does: string;
	readonly go?: ScreenName;
	/** The run it is about: that one is shown there. */
	readonly run?: string;
	readonly action?: ActionName;
}

/** @returns what needs attention, worst first */
export function attention(state: UiState): readonly Attention[] {
	const found: Attention[] = [];
	const add = (
		level: Attention['level'],
		text: string,
		key: string,
		does: string,
		go: ScreenName,
		run?: string,
	) => found.push({ level, text, key, does, go, ...(run === undefined ? {} : { run }) });
	const { states, stacks, overview } = state.data;
	if (states.value?.trouble !== undefined)
		add('bad', `Docker: ${states.value.trouble.message}`, '7', 'Doctor', 'doctor');
	if (stacks.trouble !== undefined) add('bad', stacks.trouble.message, '7', 'Doctor', 'doctor');
	const last = lastBackup(state);
	if (last?.status === 'crashed')
		add('bad', `run ${shortRunId(last.id)} was killed before it ended`, '6', 'log', 'logs', last.id);
	else if (last?.summary !== undefined && last.summary.exitCode !== 0)
		add(
			last.summary.exitCode === 6 || last.summary.exitCode === 8 ? 'warning' : 'bad',
			`last backup: ${last.summary.problem ?? `exit code ${last.summary.exitCode}`}`,
			'3',
			'details',
			'run',
			last.id,
		);
	for (const row of stackRows(state, '', 'name')) {
		const { entry } = row;
		if (!entry.enabled) continue;
		if (entry.missing) add('bad', `${entry.name}: its directory is gone`, '2', 'Stacks', 'stacks');
		else if (row.last === undefined)
			add('warning', `${entry.name}: never backed up`, 'B', 'back up', 'stacks');
		else if (row.last.outcome !== 'ok')
			add(
				row.last.outcome === 'partial' ? 'warning' : 'bad',
				`${entry.name}: last backup ended as ${row.last.outcome}`,
				'3',
				'details',
				'run',
				row.last.run,
			);
		else if (row.overdue) add('warning', `${entry.name}: backup is overdue`, 'B', 'back up', 'stacks');
	}
	if (stacks.value !== undefined && !stacks.value.entries.some((entry) => entry.enabled))
		add('bad', 'no stack is on: nothing would be backed up', '2', 'turn some on', 'stacks');
	for (const one of overview.value?.attention ?? [])
		found.push({ level: one.level, text: one.text, key: '7', does: 'Doctor', go: 'doctor' });
	if (overview.value?.cloud?.ok === false)
		add('warning', `cloud: ${overview.value.cloud.text}`, 'S', 'sync now', 'cloud');
	return [...found].sort((a, b) => Number(a.level !== 'bad') - Number(b.level !== 'bad'));
}

/** @returns the verdict in one line: `ok`, `1 PROBLEM, 2 warnings` */
export function verdict(list: readonly Attention[]): {
	readonly text: string;
	readonly level: 'ok' | 'warning' | 'bad';
} {
	const problems = list.filter((one) => one.level === 'bad').length;
	const warnings = list.length - problems;
	const say = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
	if (problems > 0) {
		const rest = warnings > 0 ? `, ${say(warnings, 'warning')}` : '';
		return { text: `${problems} PROBLEM${problems === 1 ? '' : 'S'}${rest}`, level: 'bad' };
	}
	return warnings > 0
		? { text: say(warnings, 'warning'), level: 'warning' }
		: { text: 'all right', level: 'ok' };
}
