import { lastBackupOf } from '../../runs/last-backup.ts';
import { wasRefused } from '../../runs/refused.ts';
import type { RunInfo } from '../../runs/run-files.ts';
import { stackProgress } from '../run/summary.ts';
import type { UiState } from '../store/state.ts';
import type { Tone } from '../text/line.ts';

/** @returns runs that are going on, newest first */
export function runningRuns(state: UiState): readonly RunInfo[] {
	return (state.data.runs.value ?? []).filter((run) => run.status === 'running');
}

/** @returns the backup that ended last; a refused one is none */
export function lastBackup(state: UiState): RunInfo | undefined {
	return lastBackupOf(state.data.runs.value ?? []);
}

/** @returns the run a screen looks at: the chosen one, else one that is going on, else the newest */
export function runLookedAt(state: UiState, id: string | undefined): RunInfo | undefined {
	const runs = state.data.runs.value ?? [];
	if (id !== undefined) return runs.find((run) => run.id === id);
	return runningRuns(state)[0] ?? runs[0];
}

/** @returns how a run ended in two words, with its tone and mark */
export function runResult(run: RunInfo): {
	readonly text: string;
	readonly tone: Tone;
	readonly mark: 'ok' | 'warning' | 'bad' | 'running';
} {
	if (run.status === 'running') return { text: 'running', tone: 'accent', mark: 'running' };
	if (run.status === 'crashed' || run.summary === undefined)
		return { text: 'killed', tone: 'bad', mark: 'bad' };
	const { exitCode } = run.summary;
	if (exitCode === 0) return { text: 'ok', tone: 'ok', mark: 'ok' };
	if (exitCode === 6) return { text: 'incomplete', tone: 'warning', mark: 'warning' };
	if (exitCode === 8) return { text: 'check failed', tone: 'warning', mark: 'warning' };
	if (exitCode === 7) return { text: 'LEFT DOWN', tone: 'bad', mark: 'bad' };
	if (exitCode === 130 || exitCode === 143 || exitCode === 129)
		return { text: 'cancelled', tone: 'warning', mark: 'warning' };
	if (wasRefused(run))
		return { text: exitCode === 75 ? 'lock held' : 'refused', tone: 'warning', mark: 'warning' };
	return { text: 'failed', tone: 'bad', mark: 'bad' };
}

/** @returns `20260412-030000-123004-4f2a` as people call it: `4f2a` */
export function shortRunId(id: string): string {
	return id.slice(-4);
}

/** @returns what the corner of the screen says: idle, or what is going on */
export function activityText(state: UiState): { readonly text: string; readonly busy: boolean } {
	const [run] = runningRuns(state);
	if (run === undefined) return { text: 'idle', busy: false };
	const view = state.data.views[run.id];
	const progress = run.command === 'backup' && view !== undefined ? `${stackProgress(view)} ` : '';
	const name = run.command === 'backup' ? 'RUN' : run.command.toUpperCase();
	return { text: `${progress}${name}`, busy: true };
}
