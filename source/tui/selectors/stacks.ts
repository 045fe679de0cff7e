import type { HistoryEntry } from '../../runs/history.ts';
import { outcomeInWords } from '../../runs/words.ts';
import type { Finding } from '../../services/health/finding.ts';
import { stateWord } from '../../stacks/state-word.ts';
import type { StackEntry, StackStatusEntry } from '../ports.ts';
import type { StackSort, UiState } from '../store/state.ts';
import { cellWidth } from '../text/cells.ts';
import type { Tone } from '../text/line.ts';
import { formatAge } from '../text/times.ts';
import { toneOfLevel } from './attention.ts';
import { historyByStack } from './history.ts';

/** A stack with everything lists show of it. */
export interface StackRow {
	readonly entry: StackEntry;
	readonly status: StackStatusEntry | undefined;
	readonly history: readonly HistoryEntry[];
	readonly last: HistoryEntry | undefined;
	/** The last that went well, or nearly: what can be restored. */
	readonly lastGood: HistoryEntry | undefined;
	/** How its backups stand; undefined for one that is off, and until it is judged. */
	readonly finding: Finding | undefined;
	readonly health: 'ok' | 'warning' | 'bad' | 'never' | 'off';
}

function toRow(entry: StackEntry, state: UiState): StackRow {
	const history = historyByStack(state.data.history).get(entry.name) ?? [];
	const last = history.at(-1);
	const lastGood = history.findLast(({ outcome }) => outcome === 'ok' || outcome === 'partial');
	const finding = entry.enabled ? state.data.overview.value?.stacks[entry.key] : undefined;
	return {
		entry,
		status: state.data.states.value?.byKey[entry.key],
		history,
		last,
		lastGood,
		finding,
		health: !entry.enabled ? 'off' : finding === undefined ? 'never' : toneOfLevel(finding.level),
	};
}

const order: Readonly<Record<StackSort, (a: StackRow, b: StackRow) => number>> = {
	name: (a, b) => a.entry.name.localeCompare(b.entry.name),
	state: (a, b) => stateText(a.entry, a.status).localeCompare(stateText(b.entry, b.status)),
	size: (a, b) => (b.last?.totalBytes ?? -1) - (a.last?.totalBytes ?? -1),
	last: (a, b) => (b.lastGood?.at ?? '').localeCompare(a.lastGood?.at ?? ''),
};

let remembered: { key: readonly unknown[]; rows: readonly StackRow[] } | undefined;

/** @returns the rows of a stack list, filtered and sorted; computed again only when something they show changed */
export function stackRows(state: UiState, filter: string, sort: StackSort): readonly StackRow[] {
	const minute = Math.floor(state.now / 60_000);
	const { stacks, states, history, overview } = state.data;
	const key = [stacks.value, states.value, history, overview.value, filter, sort, minute];
	if (remembered?.key.every((part, index) => part === key[index])) return remembered.rows;
	const wanted = filter.toLowerCase();
	const rows = (stacks.value?.entries ?? [])
		.filter((entry) => wanted === '' || matches(entry, wanted))
		.map((entry) => toRow(entry, state))
		.sort((a, b) => order[sort](a, b) || order.name(a, b));
	remembered = { key, rows };
	return rows;
}

function matches(entry: StackEntry, wanted: string): boolean {
	if (wanted === 'on' || wanted === 'off') return entry.enabled === (wanted === 'on');
	return entry.name.toLowerCase().includes(wanted) || entry.key.toLowerCase().includes(wanted);
}

/** @returns the state in a few cells: `running 6/6`, `stopped`, `missing` */
export function stateText(entry: StackEntry, status: StackStatusEntry | undefined): string {
	if (entry.missing) return 'missing';
	return status === undefined ? '' : stateWord(status, status.putDownAt !== undefined);
}

export function stateTone(entry: StackEntry, status: StackStatusEntry | undefined): Tone {
	if (entry.missing || status?.state === 'unreadable') return 'bad';
	if (status?.state === 'running') return 'ok';
	if (status?.state === 'partial') return 'warning';
	return 'muted';
}

/** @returns when it was last backed up with something to restore, and whether that is late */
export function lastText(row: StackRow, now: number): { readonly text: string; readonly tone: Tone } {
	if (row.lastGood === undefined) return { text: 'never', tone: row.entry.enabled ? 'warning' : 'muted' };
	const age = formatAge(Date.parse(row.lastGood.at), now);
	if (row.finding?.state === 'overdue') return { text: `${age} LATE`, tone: 'bad' };
	return row.finding?.state === 'failed'
		? { text: `${age} FAILED`, tone: 'bad' }
		: { text: age, tone: 'plain' };
}

/** @returns what is worth saying beside a stack */
export function noteText(row: StackRow): { readonly text: string; readonly tone: Tone } {
	const { entry, last } = row;
	if (entry.unmanageable !== undefined) return { text: `! ${entry.unmanageable}`, tone: 'bad' };
	if (entry.missing) return { text: '! dir gone, kept', tone: 'bad' };
	if (entry.unreadable !== undefined)
		return { text: `! compose file cannot be read: ${entry.unreadable}`, tone: 'bad' };
	if (last !== undefined && last.outcome !== 'ok') return { text: outcomeInWords(last.outcome), tone: 'bad' };
	if (row.status?.putDownAt !== undefined) return { text: 'on purpose', tone: 'muted' };
	if (entry.external) return { text: 'EXT', tone: 'muted' };
	return { text: '', tone: 'plain' };
}

/** @returns cells the name column needs, within bounds */
export function nameWidth(rows: readonly StackRow[], least: number, most: number): number {
	let widest = least;
	for (const row of rows.slice(0, 300)) widest = Math.max(widest, cellWidth(row.entry.name));
	return Math.min(most, widest);
}
