import type { KeyContext } from '../keys/binding.ts';
import { keyName } from '../keys/lookup.ts';
import { screens } from '../screens/registry.ts';
import { saveStep } from '../screens/setup/steps.ts';
import { runningRuns } from '../selectors/runs.ts';
import type { Dialog, RestoreScreen, SetupScreen, UiState } from '../store/state.ts';
import { cellWidth } from '../text/cells.ts';
import { type Line, line, type Span, span } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { bindingsNow } from './bindings-now.ts';

function part(key: string, label: string): readonly Span[] {
	return [{ text: key, tone: 'accent', bold: true }, span(` ${label}  `)];
}

/** @returns keys and what they do, of those that are in the footer here */
function offered(contexts: readonly KeyContext[], state: UiState, theme: Theme) {
	return bindingsNow(contexts, state)
		.filter((binding) => binding.label !== '')
		.map(({ keys, label }) => [keyName(keys[0] ?? '', theme.ascii), label] as const);
}

/** @returns the last row: the keys that count here, as many as fit, with `?` and `q` always among them */
function footerLine(contexts: readonly KeyContext[], state: UiState, theme: Theme): Line {
	const running = runningRuns(state).length > 0;
	const all = bindingsNow(contexts, state).filter(
		(binding) => binding.label !== '' && (running || binding.action !== 'cancel-run'),
	);
	const name = (key: string) => keyName(key, theme.ascii);
	const last = all.filter((binding) => binding.action === 'help' || binding.action === 'quit');
	const rest = all.filter((binding) => !last.includes(binding));
	const write = ({ keys, pair, label }: (typeof all)[number]) =>
		part([...keys.slice(0, 1), ...(pair === undefined ? [] : [pair])].map(name).join(' '), label);
	const width = (spans: readonly Span[]) => spans.reduce((sum, one) => sum + cellWidth(one.text), 0);
	const tail = last.flatMap(write);
	const lead = theme.linear ? 'Keys: ' : ' ';
	let room = state.size.columns - lead.length - width(tail);
	const shown: Span[] = [];
	for (const binding of rest) {
		const spans = write(binding);
		if (width(spans) > room) break;
		shown.push(...spans);
		room -= width(spans);
	}
	return line(lead, ...shown, ...tail);
}

/** The menu's letters stand beside its lines. */
const menuKeys = [
	['1-9', 'choose'],
	['Enter', 'choose'],
	['?', 'help'],
	['Esc', 'back'],
] as const;

/** The keys of a dialog, which are few and always the same. */
const dialogKeys: Readonly<Record<Dialog['kind'], readonly (readonly [string, string])[]>> = {
	confirm: [
		['y', 'yes'],
		['c', 'copy command'],
		['Enter/Esc', 'no'],
	],
	prompt: [
		['Enter', 'take it'],
		['Esc', 'cancel'],
	],
	help: [
		['type', 'to search'],
		['Up/Down', 'move'],
		['Esc', 'close'],
	],
	palette: [
		['type', 'to search'],
		['Enter', 'run'],
		['Esc', 'close'],
	],
	picker: [],
	text: [
		['j/k', 'scroll'],
		['Esc', 'close'],
	],
	diff: [
		['j/k', 'scroll'],
		['Esc', 'close'],
	],
};

/** Where text is typed, letters are text: only these keys act. */
const setupKeys = [
	['Enter', 'next'],
	['Shift-Tab', 'back'],
	['Esc', 'leave without changes'],
] as const;
function setupKeysAt({ step, done, schedule }: SetupScreen): readonly (readonly [string, string])[] {
	const [next, back, leave] = setupKeys;
	if (done)
		return schedule?.state === 'offered'
			? [
					['y', 'write the schedule'],
					['Enter', 'open'],
				]
			: [['Enter', 'open']];
	if (step === saveStep) return [['Enter', 'write it'], back, leave];
	return step === 0 ? [next, ['m', 'import old config'], leave] : [next, back, leave];
}
const typeKeys = [
	['Enter', 'go on, when it matches'],
	['Esc', 'no'],
] as const;
function restoreKeysAt({ step, request, plan }: RestoreScreen): readonly (readonly [string, string])[] {
	const inPlace = request.target.kind === 'in-place';
	const back = [['Shift-Tab', 'back']] as const;
	if (plan.trouble !== undefined && step === 'review') return [...back, ['Esc', 'cancel']];
	return [
		['Enter', step !== 'review' ? 'next' : inPlace ? 'start, when it matches' : 'start the restore'],
		...back,
		...(step === 'review' && !inPlace ? [['c', 'copy command'] as const] : []),
		['Esc', step === 'review' ? 'cancel' : 'cancel, nothing is restored'],
	];
}

/** As many of these keys as fit; the last one, which leads out, always. */
function fixedLine(keys: readonly (readonly [string, string])[], columns: number): Line {
	const parts = keys.map(([key, label]) => part(key, label));
	const width = (spans: readonly Span[]) => spans.reduce((sum, one) => sum + cellWidth(one.text), 0);
	const [leave = '', why = ''] = keys.at(-1) ?? [];
	const whole = part(leave, why).map((one) => ({ ...one, text: one.text.trimEnd() }));
	// Where there is no room for its words, one has to do: the first key is why one is here.
	const fits = width(whole) + width(parts[0] ?? []) < columns;
	const last = fits ? whole : [whole[0] ?? span(''), span(` ${why.split(/[ ,]/)[0]}`)];
	let room = columns - 1 - width(last);
	const shown: Span[] = [];
	for (const one of parts.slice(0, -1)) {
		if (width(one) > room) break;
		shown.push(...one);
		room -= width(one);
	}
	return line(' ', ...shown, ...last);
}

/** @returns the last row for what is on the screen */
export function footerFor(state: UiState, theme: Theme): Line {
	const { dialog, active } = state;
	const fixed = (keys: readonly (readonly [string, string])[]) => fixedLine(keys, state.size.columns);
	if (dialog === undefined) {
		if (active === 'setup') return fixed(setupKeysAt(state.screens.setup));
		if (active === 'menu') return fixed(menuKeys);
		if (active === 'restore') return fixed(restoreKeysAt(state.screens.restore));
		return footerLine(screens[active].contexts(state), state, theme);
	}
	if (dialog.kind === 'picker')
		return fixed([...offered(['picker', 'list'], state, theme), ['Esc', 'cancel']]);
	if (dialog.kind === 'confirm' && dialog.typeName !== undefined) return fixed(typeKeys);
	return fixed(dialogKeys[dialog.kind]);
}
